//! Where a JSON value ends: brackets and quotes are counted, nothing is read.

/// Finds the end of a value.
#[derive(Default)]
pub(super) struct Scan {
    depth: u32,
    /// How deep it has been nested so far.
    pub(super) deepest: u32,
    in_text: bool,
    escaped: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The value goes on.
    More,
    /// This byte is its last.
    Ended,
    /// It ended with the byte before.
    EndedBefore,
}

impl Scan {
    /// Takes the next byte.
    pub(super) fn step(&mut self, byte: u8, is_first: bool) -> Step {
        if self.in_text {
            let ends = byte == b'"' && !self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            self.in_text = !ends;
            return self.after(ends);
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => {
                self.depth += 1;
                self.deepest = self.deepest.max(self.depth);
            }
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                return self.after(true);
            }
            b'}' | b']' | b',' | b':' if self.depth == 0 && !is_first => return Step::EndedBefore,
            byte if is_blank(byte) && self.depth == 0 => return Step::EndedBefore,
            _ => {}
        }
        Step::More
    }

    fn after(&self, closed: bool) -> Step {
        if closed && self.depth == 0 {
            Step::Ended
        } else {
            Step::More
        }
    }
}

/// Tells whether a byte may stand between values.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
