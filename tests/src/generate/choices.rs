//! Decisions from a tape.

/// Reads decisions from a tape of bytes. Behind its end every decision is the simplest one.
pub struct Choices<'t> {
    tape: std::slice::Iter<'t, u8>,
}

impl<'t> Choices<'t> {
    /// Decides by this tape.
    pub fn new(tape: &'t [u8]) -> Self {
        Choices { tape: tape.iter() }
    }

    /// A number below `count`; 0 behind the end of the tape.
    pub fn below(&mut self, count: usize) -> usize {
        let mut number = 0;
        let mut reach = 1;
        while reach < count {
            number = number * 256 + usize::from(self.tape.next().copied().unwrap_or(0));
            reach *= 256;
        }
        number % count.max(1)
    }

    /// True so often in a hundred times; false behind the end of the tape.
    pub fn percent(&mut self, often: usize) -> bool {
        self.below(100) >= 100 - often
    }

    /// One of these; the first behind the end of the tape.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}
