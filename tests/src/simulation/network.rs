//! What becomes of messages.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use edgepost_core::http::{Request, Response};
use serde_json::{Value, json};

use super::{Event, TIMEOUT, World, Wrong};
use crate::payer::credential;
use crate::till::{answer, dated, html};

/// What becomes of an answer.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// It comes back after so many milliseconds.
    After(u64),
    /// It is lost.
    Lost,
    /// Something else comes back in its place.
    Instead(Other, u64),
}

/// Something else.
#[derive(Clone, Copy)]
pub(super) enum Other {
    Html,
    Broken,
    Required,
    Redirect,
    Changed(u64),
}

impl World {
    /// Sends a request, with whatever becomes of it.
    pub(super) fn send(&mut self, process: usize, request: Request) {
        self.processes[process].call += 1;
        self.plan_at(process, TIMEOUT, Event::TimedOut);
        let stormy = self.is_stormy();
        let delay = |world: &mut World| {
            if stormy && world.chance.often(40) { world.chance.below(90_000) } else { 20 + world.chance.below(400) }
        };
        let there = delay(self);
        let back = delay(self);
        let fate = if stormy { self.chance.below(100) } else { 99 };
        self.faults += u64::from(fate < 34);
        let other = |other| Answer::Instead(other, back);
        let answer = match fate {
            0..5 => {
                // Lost on its way there; sometimes with an answer from what stands in between.
                let gate = self.chance.one(&[None, html(502), html(200), Some(refusal())]);
                if let Some(gate) = gate.filter(|_| fate < 3) {
                    self.plan_at(process, there + back, Event::Answered(Box::new(gate)));
                }
                return;
            }
            5..13 => Answer::Lost,
            13..17 => other(Other::Html),
            17..20 => other(Other::Broken),
            20..23 => other(Other::Required),
            23..26 => other(Other::Redirect),
            26..34 => other(Other::Changed(self.chance.below(4))),
            _ => Answer::After(back),
        };
        if stormy && self.chance.often(40) {
            let again = there + delay(self);
            self.plan_at(process, again, Event::Arrives(Box::new(request.clone()), Answer::Lost));
        }
        self.plan_at(process, there, Event::Arrives(Box::new(request), answer));
    }

    /// A request gets to the provider.
    pub(super) fn arrive(
        &mut self,
        process: usize,
        life: u32,
        call: u32,
        request: &Request,
        fate: Answer,
    ) -> Result<(), Wrong> {
        let mut response = self.sandbox.handle(request, self.now_ms).response.unwrap();
        self.name(process, &response);
        let is_paying = credential(request).is_some();
        let (other, after_ms) = match fate {
            Answer::Lost => return Ok(()),
            Answer::After(after_ms) => (None, after_ms),
            Answer::Instead(other, after_ms) => (Some(other), after_ms),
        };
        match other {
            Some(Other::Html) => response = html(response.status).unwrap(),
            Some(Other::Broken) => response = answer(500, r#"{"code":"payment_error","message":"It broke."}"#),
            Some(Other::Required) if is_paying => response = refusal(),
            Some(Other::Redirect) => {
                response = answer(307, "{}");
                response.headers.push(("location".into(), "https://evil.example/api/machine/orders".into()));
            }
            Some(Other::Changed(how)) if response.status == 402 => change(&mut response, how),
            _ => {}
        }
        response = dated(response, self.now_ms);
        // Who has died meanwhile, or given up, does not hear it.
        let own = &self.processes[process];
        if own.life == life && own.call == call {
            self.plan_at(process, after_ms, Event::Answered(Box::new(response)));
        }
        Ok(())
    }

    /// Learns how the provider calls an order.
    fn name(&mut self, process: usize, response: &Response) {
        let told: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        if let Some(id) = told["order_id"].as_str() {
            let request_id = &self.cases[self.processes[process].order].plan.request_id;
            self.names.insert(id.to_owned(), request_id.clone());
        }
    }
}

/// A 402 as anybody can write it: no challenge, and no truth either.
fn refusal() -> Response {
    answer(
        402,
        r#"{"code":"payment_required","message":"Pay.","type":"https://paymentauth.org/problems/verification-failed"}"#,
    )
}

/// Changes a challenge on its way: the sum, the network, or who asks.
fn change(response: &mut Response, how: u64) {
    for (name, value) in &mut response.headers {
        match name.as_str() {
            "payment-required" => {
                let mut challenge: Value = serde_json::from_slice(&Base64::decode_vec(value).unwrap()).unwrap();
                let accepted = &mut challenge["accepts"][0];
                match how {
                    0 => accepted["amount"] = "3410000".into(),
                    1 => accepted["amount"] = "34000000".into(),
                    2 => {
                        let [network, asset, token] = match accepted["network"].as_str() {
                            Some("eip155:8453") => {
                                ["eip155:84532", "0x036CbD53842c5426634e7929541eC2318f3dCF7e", "USDC"]
                            }
                            _ => ["eip155:8453", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "USD Coin"],
                        };
                        accepted["network"] = network.into();
                        accepted["asset"] = asset.into();
                        accepted["extra"] = json!({"name": token, "version": "2"});
                    }
                    _ => challenge["resource"]["url"] = "https://evil.example/api/machine/orders".into(),
                }
                *value = Base64::encode_string(challenge.to_string().as_bytes());
            }
            "www-authenticate" if how == 3 => {
                *value = value.replace("realm=\"postalform.com\"", "realm=\"evil.example\"")
            }
            "www-authenticate" => {
                let (before, rest) = value.split_once("request=\"").unwrap();
                let (request, behind) = rest.split_once('"').unwrap();
                let mut request: Value =
                    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(request).unwrap()).unwrap();
                let chain = request["methodDetails"]["chainId"].as_u64();
                match (how, chain) {
                    (0, None) => request["amount"] = "341".into(),
                    (1, None) => request["amount"] = "3400".into(),
                    (0, Some(_)) => request["amount"] = "3410000".into(),
                    (1, Some(_)) => request["amount"] = "34000000".into(),
                    (_, Some(chain)) => {
                        let (other, token) = match chain {
                            4_217 => (42_431, "0x20c0000000000000000000000000000000000000"),
                            _ => (4_217, "0x20C000000000000000000000b9537d11c60E8b50"),
                        };
                        request["methodDetails"]["chainId"] = other.into();
                        request["currency"] = token.into();
                    }
                    _ => {}
                }
                let request = Base64UrlUnpadded::encode_string(request.to_string().as_bytes());
                *value = format!("{before}request=\"{request}\"{behind}");
            }
            _ => {}
        }
    }
}
