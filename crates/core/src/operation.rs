//! An operation is data: one vendor endpoint as one constant.

use alloc::vec::Vec;

use crate::read::{Findings, Group, Place};
use crate::refusal::Refusal;
use crate::report::Code;
use crate::rule::RuleId;
use crate::schema::{Line, Object, Position, Slot, Weight, object};
use crate::{pieterpost, pitneybowes, postalform, postpay};

/// All operations.
pub static OPERATIONS: [&Operation; 37] = [
    &pieterpost::CREATE_COMPOSE_LINK,
    &pieterpost::CREATE_CHECKOUT_LINK,
    &pieterpost::CREATE_ORDER,
    &pieterpost::GET_ORDER,
    &pieterpost::GET_WALLET,
    &pieterpost::CREATE_TOPUP,
    &pieterpost::UPLOAD_ASSET,
    &postalform::VALIDATE_ORDER,
    &postalform::CREATE_ORDER,
    &postalform::GET_ORDER,
    &postalform::VALIDATE_ORDER_MPP,
    &postalform::CREATE_ORDER_MPP,
    &postalform::GET_ORDER_MPP,
    &postalform::GET_OPENAPI,
    &postalform::GET_X402_MANIFEST,
    &postalform::SEARCH_ADDRESSES,
    &postalform::CREATE_PDF_UPLOAD,
    &postalform::GET_ORDER_STATUS,
    &postalform::LIST_FORMS,
    &postalform::GET_FORM_SCHEMA,
    &postpay::CREATE_CHECKOUT,
    &postpay::CAPTURE_ORDER,
    &postpay::LIST_ORDERS,
    &postpay::GET_ORDER,
    &postpay::CREATE_REFUND,
    &postpay::LIST_REFUNDS,
    &postpay::GET_REFUND,
    &postpay::LIST_TRANSACTIONS,
    &postpay::GET_TRANSACTION,
    &postpay::LIST_HOOKS,
    &postpay::GET_HOOK,
    &postpay::CREATE_HOOK,
    &postpay::UPDATE_HOOK,
    &postpay::DELETE_HOOK,
    &pitneybowes::FUND_ACCOUNT,
    &pitneybowes::LIST_MERCHANTS,
    &pitneybowes::GET_BALANCE,
];

/// The operation of this name.
pub fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name).copied()
}

/// One vendor endpoint.
#[derive(Debug)]
pub struct Operation {
    /// `provider.verb_noun`, the same everywhere.
    pub name: &'static str,
    /// One line of documentation; kept with the feature `describe` only.
    pub doc: Line,
    /// The vendor's page; kept with the feature `describe` only.
    pub source: Line,
    /// Whose it is.
    pub provider: &'static Provider,
    /// The HTTP method.
    pub method: Method,
    /// The vendor's path, with members of the input in braces.
    pub path: &'static str,
    /// What makes it safe to repeat.
    pub repeat: Repeat,
    /// What it sends beside path and query.
    pub body: Body,
    /// How it is paid for, where it is.
    pub payment: Payment,
    /// Whether a gateway's policy may let anybody call it: it neither spends from the account nor tells of it.
    pub may_be_public: bool,
    /// Whether it counts as one of the provider's orders of the day.
    pub is_order: bool,
    /// The member that names the order that it is about; empty where it is about none, or about many.
    pub order: &'static str,
    /// The member that is the provider's own id of what is made: with it a thing happens once. Empty where there is none.
    pub key: &'static str,
    /// The sum that the input names, if it names one.
    pub money: Option<Money>,
    /// The shape of the input: path and query parameters beside the members of the body.
    pub input: &'static Object,
    /// The shape of the answer.
    pub output: &'static Object,
    /// Members without which an answer does not prove that anything happened; none for an answer without a body.
    pub proof: &'static [&'static str],
    /// When the thing that the answer describes does not change any more.
    pub done: &'static Done,
    /// Holds an answer against what was sent.
    pub agrees: fn(&Sent<'_>, answer: &Group<'_>, found: &mut Findings),
}

impl Operation {
    /// Whether a gateway tells its calls apart by a key that the caller draws: it matters how often it is done, and nothing in
    /// the input says which time it is.
    pub fn draws_key(&self) -> bool {
        let counts = !matches!(self.repeat, Repeat::Read | Repeat::SameEffect);
        counts && self.key.is_empty() && self.body == Body::Json
    }

    /// Whether it is a tool of a server of the Model Context Protocol. Its request is what a gateway takes; the server itself is
    /// spoken to by [`crate::mcp`], and knows the tool by the operation's name.
    pub fn is_tool(&self) -> bool {
        self.path.as_bytes().starts_with(b"/tools/")
    }

    /// Where the order is named: in the path, if it is there already; in the body, if it is new.
    pub fn order_at(&self) -> Option<Position> {
        self.input.fields.iter().find(|field| field.name == self.order).map(|field| field.position)
    }
}

/// What is known of a request when its answer is read.
#[derive(Clone, Copy, Default)]
pub struct Sent<'s> {
    /// The input.
    pub input: Option<Group<'s>>,
    /// Whether it was sent with a test key.
    pub test_mode: Option<bool>,
}

/// One of the companies whose interfaces are spoken.
#[derive(Debug)]
pub struct Provider {
    /// The name in operations, paths and configuration.
    pub name: &'static str,
    /// Where its interface is.
    pub hosts: Hosts,
    /// What every request says, in lower case.
    pub headers: &'static [(&'static str, &'static str)],
    /// What names a request that has to happen once.
    pub key: KeyHeader,
    /// How a request shows who sends it.
    pub auth: Auth,
    /// How much of it one account may ask for.
    pub quota: Quota,
    /// Mends a body that was found good, in what the provider would read otherwise than it is read here; `None` where there is
    /// nothing to mend.
    pub mended: fn(body: &[u8]) -> Option<Vec<u8>>,
    /// Reads a refusal; `None` if the body is not the provider's.
    pub meaning: fn(status: u16, body: &[u8]) -> Option<Refusal>,
}

/// The header that names a request, for operations that have one.
#[derive(Clone, Copy, Debug)]
pub struct KeyHeader {
    /// In lower case.
    pub header: &'static str,
    /// Whether a text can be such a name.
    pub fits: fn(&str) -> bool,
    /// How many characters it has at most.
    pub longest: usize,
    /// What is said about a text that cannot.
    pub code: Code,
    /// The rule that says so.
    pub rule: RuleId,
}

/// Where an interface is, in each mode. Where both are one, the key tells the mode.
#[derive(Clone, Copy, Debug)]
pub struct Hosts {
    /// Where nothing is really sent or paid.
    pub test: &'static str,
    /// Where it is.
    pub live: &'static str,
}

/// How much an account may ask for. Asking for more costs a refusal, and at some providers more than that.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// Requests in any sixty seconds.
    pub per_minute: u32,
    /// Orders on one UTC day.
    pub orders_per_day: u32,
}

/// HTTP methods that the operations use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes.
    Post,
    /// Changes.
    Patch,
    /// Takes away.
    Delete,
}

impl Method {
    /// As it is written in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// How a call is paid for that is answered with 402 until it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payment {
    /// Not at all, or from an account.
    None,
    /// x402, version 2.
    X402,
    /// The Machine Payments Protocol.
    Mpp,
}

impl Payment {
    /// The header that says how to pay, in lower case; empty where nothing is paid.
    pub const fn challenge(self) -> &'static str {
        match self {
            Payment::None => "",
            Payment::X402 => "payment-required",
            Payment::Mpp => "www-authenticate",
        }
    }
}

/// How a request shows who sends it. The secret itself is put on by the gateway, never here.
#[derive(Clone, Copy, Debug)]
pub enum Auth {
    /// `Authorization: Bearer <key>`
    Bearer(Key),
    /// `Authorization: Basic <base64 of user:key>`, RFC 7617.
    Basic {
        /// The user's name in the configuration, without its mode.
        user: &'static str,
        /// The password.
        key: Key,
    },
    /// `Authorization: Bearer <token>`; the token is fetched with user and key (RFC 6749, section 4.4).
    OAuth {
        /// The user's name in the configuration, without its mode.
        user: &'static str,
        /// The password.
        key: Key,
        /// Where tokens are, behind the host.
        token_path: &'static str,
    },
    /// Not at all: what costs something is paid for with the request.
    None,
}

impl Auth {
    /// The secret, where there is one.
    pub const fn key(&self) -> Option<Key> {
        match self {
            Auth::Bearer(key) | Auth::Basic { key, .. } | Auth::OAuth { key, .. } => Some(*key),
            Auth::None => None,
        }
    }
}

/// A secret, and how to tell which mode it is of.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name in the configuration, without its mode.
    pub secret: &'static str,
    /// How it starts; nothing where that does not tell the mode.
    pub prefixes: Option<Prefixes>,
}

/// How secrets start.
#[derive(Clone, Copy, Debug)]
pub struct Prefixes {
    /// Those of test mode.
    pub test: &'static str,
    /// Those of live mode.
    pub live: &'static str,
}

/// What makes an operation safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing.
    Read,
    /// The same bytes under the same `Idempotency-Key` have the effect of one.
    IdempotencyKey,
    /// The same bytes have the effect of one: an id in them says which time it is.
    SameBytes,
    /// It says how things are to be: done twice it has the effect of once.
    SameEffect,
    /// Nothing, until another operation has told whether it happened: see [`Check::of`](crate::check::Check::of).
    CheckFirst,
    /// Nothing: what is sent twice has happened twice.
    Never,
    /// Nothing, and what is sent twice is paid twice: a person decides, who has seen what [`Check::of`](crate::check::Check::of) asks for.
    ByHand,
}

impl Repeat {
    /// Whether a request has a name of its own, see [`KeyHeader`].
    pub const fn is_named(self) -> bool {
        matches!(self, Repeat::IdempotencyKey | Repeat::ByHand)
    }
}

/// Where an input names a sum.
#[derive(Clone, Copy, Debug)]
pub struct Money {
    /// The member that holds it.
    pub amount: &'static str,
    /// The member that holds the currency; empty where it is the order's.
    pub currency: &'static str,
    /// How many hundredths of the currency one of the amount is.
    pub unit: u64,
    /// Whether a gateway wants a grant that names the sum, or the request: a browser must not set its own price.
    pub is_granted: bool,
}

/// What a request sends beside path and query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// The input, as JSON.
    Json,
    /// The input's members as fields of a form (RFC 7578), and a file behind them.
    Multipart {
        /// The name of the file's field.
        file: &'static str,
        /// The member that holds the file's name; it is no field of its own.
        name: &'static str,
    },
}

/// When a thing is done changing.
#[derive(Debug)]
pub struct Done {
    /// The member that tells.
    pub member: &'static str,
    /// Its last values.
    pub values: &'static [&'static str],
    /// What has to hold besides.
    pub also: fn(&Group<'_>) -> bool,
}

/// The shape of an answer without a body.
pub static NOTHING: Object = object("Nothing", "There is no body.");

impl Done {
    /// For what has no states.
    pub const NEVER: Done = Done { member: "", values: &[], also: nothing_else };
}

/// The member alone tells.
pub fn nothing_else(_: &Group<'_>) -> bool {
    true
}

/// Holds a member of an answer against the one of the input that it repeats.
#[inline(never)]
pub fn hold(sent: &Sent<'_>, asked: &str, answered: &Place<'_>, says: (Weight, RuleId, Code), found: &mut Findings) {
    let asked = sent.input.and_then(|input| Some(input.at(input.object().find(asked)?)));
    let Some(asked) = asked.filter(|asked| asked.is_usable() && answered.is_usable()) else { return };
    let (asked, actual) = (asked.written(), answered.written());
    if asked.trim_ascii() != &*actual {
        let (weight, rule, code) = says;
        let issue = found.weigh(weight, rule, code, answered.path());
        issue.text("actual", &actual).text("expected", asked.trim_ascii());
    }
}

/// Holds an amount against the most that it may be, as the input itself says. `false` if it is more, which is said.
#[inline(never)]
pub fn at_most(input: &Group<'_>, amount: Slot, most: Slot, rule: RuleId, found: &mut Findings) -> bool {
    match (input.integer(amount), input.integer(most)) {
        (Some(actual), Some(limit)) if actual > limit => {
            let issue = found.error(rule, Code::TooLarge, &input.at(amount));
            issue.number("actual", actual).number("limit", limit);
            false
        }
        _ => true,
    }
}

/// For answers that nothing can be held against.
pub fn unheld(_: &Sent<'_>, _: &Group<'_>, _: &mut Findings) {}
