//! One page's place: its path, who may come, and what answers.

use axum::routing::MethodRouter;

use crate::rooms::Rooms;

/// Who may come to a page. What they may then see, the keeper decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Anybody, signed in or not.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever holds one of these roles.
    Roles(&'static [&'static str]),
}

/// Those who visit.
pub(super) const OFFICERS: Who = Who::Roles(&["officer"]);
/// Those who take calls.
pub(super) const ADVISERS: Who = Who::Roles(&["adviser"]);
/// Both of them.
pub(super) const OFFICERS_AND_ADVISERS: Who = Who::Roles(&["officer", "adviser"]);
/// Those who see how feeds are.
pub(super) const ADMINS_AND_REVIEWERS: Who = Who::Roles(&["service-admin", "reviewer"]);

/// One page's place.
pub(super) struct Route {
    /// Its path, parameters in braces.
    pub(super) path: &'static str,
    /// Who may come.
    pub(super) who: Who,
    /// What answers, by method.
    pub(super) methods: MethodRouter<Rooms>,
}

impl Route {
    /// Places a page.
    pub(super) fn new(path: &'static str, who: Who, methods: MethodRouter<Rooms>) -> Self {
        Self { path, who, methods }
    }
}
