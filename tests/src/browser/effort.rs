//! How much a person had to do: a journey can say how few keys it takes.

use super::Browser;

/// What hands did since the start, or since [`Browser::starts_counting`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Keys pressed one by one ([`Browser::keys`]).
    pub keys: u32,
    /// Buttons, links, labels pressed with the mouse or a finger.
    pub clicks: u32,
    /// Characters typed or pasted into fields by their label.
    pub characters: u32,
}

impl Browser {
    /// Tells what hands did so far.
    pub fn effort(&self) -> Effort {
        self.effort.get()
    }

    /// Counts from nothing again.
    pub fn starts_counting(&self) {
        self.effort.take();
    }

    pub(super) fn counts(&self, change: impl FnOnce(&mut Effort)) {
        let mut effort = self.effort.get();
        change(&mut effort);
        self.effort.set(effort);
    }
}
