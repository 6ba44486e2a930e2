//! Styles, scripts and icons of the pages, embedded into the gate.
//!
//! Empty until the pages come: the room is here so that its place is decided.
