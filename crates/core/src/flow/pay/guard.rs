//! What stands between a payment and a second one. All of them hold, always; the simulation takes them out one at a time, to
//! show that each is needed.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing above the caller's cap is signed.
    Cap,
    /// Nothing but the quoted price is signed.
    Amount,
    /// Nothing for a network of the other mode is signed.
    Network,
    /// Nothing for another host is signed.
    Host,
    /// What was signed follows no redirect.
    Redirect,
    /// What is going to be signed is written down first.
    KeptBeforeSigning,
    /// What was signed is written down before it is sent.
    KeptBeforeSending,
    /// What is sent again is what was sent.
    SameHeader,
    /// Nothing is signed again while what was signed can still be spent.
    DeadFirst,
    /// Nothing is signed again before the order was asked whether it is paid.
    AskedFirst,
}

impl Guard {
    /// All of them.
    pub const ALL: [Guard; 10] = [
        Guard::Cap,
        Guard::Amount,
        Guard::Network,
        Guard::Host,
        Guard::Redirect,
        Guard::KeptBeforeSigning,
        Guard::KeptBeforeSending,
        Guard::SameHeader,
        Guard::DeadFirst,
        Guard::AskedFirst,
    ];
}

/// Which of them hold.
#[derive(Clone, Copy, Debug)]
pub struct Guards {
    #[cfg(feature = "simulation")]
    without: Option<Guard>,
}

impl Guards {
    /// All of them.
    pub const ALL: Guards = Guards {
        #[cfg(feature = "simulation")]
        without: None,
    };

    /// All but one.
    #[cfg(feature = "simulation")]
    pub const fn without(guard: Guard) -> Self {
        Guards { without: Some(guard) }
    }

    /// Whether a guard holds.
    #[cfg(feature = "simulation")]
    pub(super) fn hold(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    /// Whether a guard holds.
    #[cfg(not(feature = "simulation"))]
    pub(super) const fn hold(&self, _: Guard) -> bool {
        true
    }
}
