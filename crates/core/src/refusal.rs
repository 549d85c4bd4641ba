//! What providers' refusals mean.

use alloc::string::String;

use crate::read::{Group, Place};
use crate::schema::Slot;

/// A provider's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The provider's own code. Codes are open: new ones are passed on.
    pub code: String,
    /// The provider's own words.
    pub message: String,
    /// All of the answer as JSON text, where it says more; else empty.
    pub details: String,
    /// What follows from it.
    pub meaning: Meaning,
}

/// What a provider's own codes mean: with this status (0 is any), under this code (nothing is any).
pub type Codes = [(u16, &'static str, Meaning)];

impl Refusal {
    /// What a refusal means: what the provider's codes say first, and where they say nothing what its status does (RFC 9110,
    /// section 15).
    #[inline(never)]
    pub fn new(status: u16, code: String, message: String, codes: &Codes) -> Refusal {
        let fits = |known: &&(u16, &str, Meaning)| {
            (known.0 == 0 || known.0 == status) && (known.1.is_empty() || known.1 == code)
        };
        let meaning = codes.iter().find(fits).map_or_else(|| Meaning::of(status), |known| known.2);
        Refusal { code, message, details: String::new(), meaning }
    }
}

/// What the first of these members says that says anything.
#[inline(never)]
pub fn told(group: &Group<'_>, slots: &[Slot]) -> Option<String> {
    let mut places = slots.iter().map(|slot| group.at(*slot));
    Some(places.find(Place::is_usable)?.written().into_owned())
}

/// What follows from a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The same request will be refused again.
    Final,
    /// A key, an account or the like has to be mended first, or the thing has to come to be.
    Mendable,
    /// Money has to be added first.
    Funds,
    /// It clashes with what is there already: that may be the effect of this very request, sent before.
    MayBeDone,
    /// Its id stands for something else: as something new it may work.
    Taken,
    /// Too many calls in this minute.
    NextMinute,
    /// Too many orders on this UTC day.
    NextDay,
    /// It is not known whether anything happened.
    Unknown,
}

impl Meaning {
    /// What a status means by itself.
    fn of(status: u16) -> Meaning {
        match status {
            // What is not there yet may come to be.
            401 | 403 | 404 => Meaning::Mendable,
            402 => Meaning::Funds,
            429 => Meaning::NextMinute,
            // Something broke on the way: nobody knows how far it came.
            408 | 425 | 500.. => Meaning::Unknown,
            _ => Meaning::Final,
        }
    }
}
