//! Outcomes as JSON.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Outcome, Retry};
use crate::json;
use crate::report::write_issues;

impl Outcome {
    /// The outcome as JSON bytes. The provider's own value is taken over as it stands.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = String::new();
        match self {
            Outcome::Ok { value, issues } => {
                let mut bytes = Vec::from(b"{\"kind\":\"ok\",\"value\":");
                bytes.extend_from_slice(value);
                if !issues.is_empty() {
                    json::raw(&mut out, ",\"issues\":");
                    write_issues(&mut out, issues);
                }
                bytes.extend_from_slice(out.as_bytes());
                bytes.push(b'}');
                return bytes;
            }
            Outcome::Challenge { challenges, value } => {
                json::raw(&mut out, "{\"kind\":\"challenge\",\"challenges\":");
                json::list(&mut out, challenges, |out, line| json::text(out, line));
                json::raw(&mut out, ",\"value\":");
                let mut bytes = out.into_bytes();
                bytes.extend_from_slice(value);
                bytes.push(b'}');
                return bytes;
            }
            Outcome::Refused(refused) => {
                json::raw(&mut out, "{\"kind\":\"refused\",\"status\":");
                json::integer(&mut out, i64::from(refused.status));
                json::member(&mut out, ",\"code\":", &refused.code);
                json::member(&mut out, ",\"message\":", &refused.message);
                if let Some(issues) = &refused.issues {
                    json::put(&mut out, &[",\"issues\":", issues]);
                }
                if !refused.details.is_empty() {
                    json::put(&mut out, &[",\"details\":", &refused.details]);
                }
                refused.retry.write_member(&mut out);
            }
            Outcome::Unknown { status, excerpt, retry, ledger } => {
                json::raw(&mut out, "{\"kind\":\"unknown\",\"status\":");
                match status {
                    Some(status) => json::integer(&mut out, i64::from(*status)),
                    None => json::raw(&mut out, "null"),
                }
                json::member(&mut out, ",\"excerpt\":", excerpt);
                retry.write_member(&mut out);
                if let Some(ledger) = ledger {
                    json::put(&mut out, &[",\"ledger\":", ledger]);
                }
            }
        }
        json::raw(&mut out, "}");
        out.into_bytes()
    }
}

impl Retry {
    /// The retry as JSON.
    pub fn to_json(self) -> String {
        let mut out = json::concat(&["{\"advice\":\"", self.advice.name(), "\""]);
        if let Some(after) = self.after_ms {
            json::raw(&mut out, ",\"afterMs\":");
            json::integer(&mut out, i64::try_from(after).unwrap_or(i64::MAX));
        }
        json::raw(&mut out, "}");
        out
    }

    fn write_member(self, out: &mut String) {
        json::put(out, &[",\"retry\":", &self.to_json()]);
    }
}
