//! A large list as orders within the provider's limits: at most 25 recipients each, letters within one market, so many
//! orders a day, so many requests a minute.
//!
//! An order's id comes from what it holds, so that planning the same list again gives the same ids. Recipients stay in the
//! order of the list: what is added at the end changes the last order of its market only, and what is mended in place
//! changes its own. Whatever is put in or taken out before changes the orders behind it; so a list is mended before the
//! first order is sent, or what was left over is planned by itself.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use crate::digest::sha256;
use crate::json;
use crate::pieterpost::PIETERPOST;
use crate::pieterpost::mail::MOST_RECIPIENTS;
use crate::pieterpost::recipient::{COUNTRY, RECIPIENT};
use crate::place::{self, Country, Market};
use crate::read::{Checker, Reading, check_list};
use crate::report::{Code, Issue, Severity, write_issues};
use crate::rule::RuleId;
use crate::schema::{Mode, Object, Shape, Slot, may, object};
use crate::seen::{self, Seen};

/// An item of a list: a recipient, or a row that has one.
static ITEM: Shape = Shape::Object(&ROW);
static ROW: Object =
    object("PlanRow", "A row of a list.").fields(&[may("recipient", &Shape::Any, "Who receives it.")]).quiet();
const RECIPIENT_OF_ROW: Slot = ROW.slot("recipient");

/// What a caller may say about a plan.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether recipients are held to what a request needs, or to what a preview does.
    pub mode: Mode,
    /// Whether postcards are planned, which may go anywhere in one order (PP-046), and not letters.
    pub is_postcard: bool,
    /// What the ids are made from beside the recipients, so that the same list can be sent to again.
    pub campaign: String,
    /// Orders a UTC day.
    pub per_day: u64,
    /// Orders that were made today.
    pub used_today: u64,
    /// Requests a minute.
    pub per_minute: u64,
}

impl Default for Options {
    fn default() -> Self {
        // PP-165, PP-166
        let quota = PIETERPOST.quota;
        Options {
            mode: Mode::Strict,
            is_postcard: false,
            campaign: String::new(),
            per_day: quota.orders_per_day.into(),
            used_today: 0,
            per_minute: quota.per_minute.into(),
        }
    }
}

/// One order of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// 43 letters, digits, `-` and `_`, made from what the order holds: an idempotency key and an `externalId`. Where other
    /// orders before hold the same, `-2`, `-3` ... is behind them.
    pub id: String,
    /// Who is in it, by their place in the list.
    pub indexes: Vec<u32>,
    /// `us`, `non_us`, or `all` for postcards.
    pub market: &'static str,
}

/// A large list as orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The orders, in the order of the list.
    pub orders: Vec<Order>,
    /// Orders a UTC day.
    pub per_day: u64,
    /// UTC days that it takes, today included.
    pub days: u64,
    /// Seconds that the requests take at the provider's pace, not counting the wait for the next day.
    pub seconds: u64,
    /// Who is in no order, by their place in the list. There are issues for each.
    pub left_over: Vec<u32>,
    /// Paths are `/recipients/i/...`.
    pub issues: Vec<Issue>,
}

impl Plan {
    /// As JSON: `{ orders, perDay, days, seconds, leftOver, issues }`.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"orders\":");
        json::list(&mut out, &self.orders, |out, order| {
            json::put(out, &["{\"id\":\"", &order.id, "\",\"market\":\"", order.market, "\",\"indexes\":"]);
            indexes(out, &order.indexes);
            json::raw(out, "}");
        });
        for (name, count) in &[("perDay", self.per_day), ("days", self.days), ("seconds", self.seconds)] {
            json::put(&mut out, &[",\"", name, "\":"]);
            json::integer(&mut out, *count as i64);
        }
        json::raw(&mut out, ",\"leftOver\":");
        indexes(&mut out, &self.left_over);
        json::raw(&mut out, ",\"issues\":");
        write_issues(&mut out, &self.issues);
        json::raw(&mut out, "}");
        out
    }
}

#[inline(never)]
fn indexes(out: &mut String, indexes: &[u32]) {
    json::list(out, indexes, |out, index| json::integer(out, i64::from(*index)));
}

/// Plans a list. `input` is a JSON list, of recipients or of what holds one: `{ recipient }`.
pub fn plan(input: &[u8], options: &Options) -> Plan {
    let mut reading = check_list(&ITEM, &ROW, input, PATH, Mode::Strict);
    let mut issues = Vec::new();
    for issue in mem::take(&mut reading.issues) {
        // What is wrong with an item is said where it is planned.
        if !reading.is_json || issue.path.len() <= PATH.len() {
            issues.push(issue);
        }
    }
    let per_day = options.per_day;
    let mut plan = Plan { orders: Vec::new(), per_day, days: 0, seconds: 0, left_over: Vec::new(), issues };
    if reading.is_json {
        let mut planner =
            Planner { options, plan: &mut plan, repeats: Vec::new(), open: Default::default(), is_shortened: false };
        planner.list(input, &reading);
    }
    let orders = plan.orders.len() as u64;
    // Today there may be room for fewer than on other days, or for none.
    let today = per_day.saturating_sub(options.used_today).min(orders);
    plan.days = u64::from(orders > 0) + (orders - today).div_ceil(per_day);
    plan.seconds = (orders * 60).div_ceil(options.per_minute);
    plan
}

/// Behind so many issues only one error of each recipient is listed: a report must not be many times larger than the list.
const DETAILED: usize = 5_000;

/// Where the list stands in the paths of issues.
const PATH: &str = "/recipients";

struct Planner<'p> {
    options: &'p Options,
    plan: &'p mut Plan,
    /// For each order how many hold the same.
    repeats: Vec<u32>,
    /// The number of the open order of each market, and what it holds so far: nothing if none is open.
    open: [(usize, Vec<u8>); 2],
    /// Whether it was said that only one reason each is listed.
    is_shortened: bool,
}

impl Planner<'_> {
    fn list(&mut self, input: &[u8], list: &Reading<'_>) {
        let (mut people, mut contents) = (Seen::default(), Seen::default());
        let mut recipients = Checker::new(&RECIPIENT, input, self.options.mode).writing();
        for (index, item) in list.items().enumerate() {
            let inner =
                item.group().map(|row| row.at(RECIPIENT_OF_ROW)).filter(|inner| inner.bytes().first() == Some(&b'{'));
            let place = inner.unwrap_or(item);
            let path = place.path();
            recipients.check(place.start());
            let person = seen::fingerprint(&mut recipients);
            let market = place::country_at(&mut recipients, COUNTRY).map(Country::market);
            if recipients.has_failed() {
                self.leave(index as u32, &path, recipients.finish());
                continue;
            }
            recipients.finish();
            if let Some(first) = people.meet(person, index as u64) {
                let mut issue = Issue::new(path, Code::DuplicateRecipient, Severity::Warning, RuleId::NONE);
                issue.text("where", "index").number("first", first as i64);
                self.plan.issues.push(issue);
            }
            self.put(index as u32, market, recipients.canonical(), &mut contents);
        }
        self.close(0, &mut contents);
        self.close(1, &mut contents);
    }

    /// Leaves somebody over, for these reasons.
    #[cold]
    fn leave(&mut self, index: u32, path: &str, issues: Vec<Issue>) {
        self.plan.left_over.push(index);
        let is_detailed = self.plan.issues.len() < DETAILED;
        if !is_detailed && !self.is_shortened {
            self.is_shortened = true;
            let issue = Issue::new(String::from(PATH), Code::IssuesShortened, Severity::Info, RuleId::NONE);
            self.plan.issues.push(issue);
        }
        for mut error in issues.into_iter().filter(|issue| issue.severity == Severity::Error) {
            error.move_below(path);
            self.plan.issues.push(error);
            if !is_detailed {
                return;
            }
        }
    }

    /// Puts somebody into the open order of the market.
    fn put(&mut self, index: u32, market: Option<Market>, recipient: &[u8], contents: &mut Seen) {
        let is_us = market == Some(Market::UnitedStates);
        let (market, name) = match (self.options.is_postcard, is_us) {
            (true, _) => (0, "all"),
            (_, true) => (0, "us"),
            _ => (1, "non_us"),
        };
        let Some((order, content)) = self.open.get_mut(market) else { return };
        if content.is_empty() {
            piece(content, name.as_bytes());
            piece(content, self.options.campaign.as_bytes());
            *order = self.plan.orders.len();
            self.plan.orders.push(Order { id: String::new(), indexes: Vec::new(), market: name });
            self.repeats.push(1);
        }
        piece(content, recipient);
        let Some(order) = self.plan.orders.get_mut(*order) else { return };
        order.indexes.push(index);
        if order.indexes.len() == MOST_RECIPIENTS as usize {
            self.close(market, contents);
        }
    }

    /// Gives an order its id. Orders that hold the same are numbered: with one id, the second would pass for the first.
    #[inline(never)]
    fn close(&mut self, market: usize, contents: &mut Seen) {
        let Some((number, content)) = self.open.get_mut(market) else { return };
        let Some(order) = self.plan.orders.get_mut(*number).filter(|_| !content.is_empty()) else { return };
        let digest = sha256(content);
        content.clear();
        put_base64url(&mut order.id, &digest);
        let key = digest.first_chunk().map_or(1, |head| u64::from_le_bytes(*head));
        let first = contents.meet(key, *number as u64);
        if let Some(repeats) = first.and_then(|first| self.repeats.get_mut(first as usize)) {
            *repeats += 1;
            json::raw(&mut order.id, "-");
            json::integer(&mut order.id, i64::from(*repeats));
        }
    }
}

/// Base64url without padding (RFC 4648, section 5). A crate's takes constant time, which is not needed here, and several times the room.
fn put_base64url(out: &mut String, bytes: &[u8]) {
    // Three bytes are four letters of six bits; of a last piece of n bytes, n + 1 letters say something.
    for piece in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(piece.get(at).copied().unwrap_or(0)));
        for letter in 0..piece.len() + 1 {
            let letter = (bits >> (18 - 6 * letter) & 63) as u8;
            out.push(char::from(match letter {
                0..26 => b'A' + letter,
                26..52 => b'a' + (letter - 26),
                52..62 => b'0' + (letter - 52),
                62 => b'-',
                _ => b'_',
            }));
        }
    }
}

#[inline(never)]
fn piece(content: &mut Vec<u8>, bytes: &[u8]) {
    content.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    content.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests;
