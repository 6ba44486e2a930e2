//! Pages for people: one page, one file, with its `get` and `post`.
//!
//! What it is: HTML made of the same answers as the JSON interface, in the same
//! frame. What it is not: a second way to decide anything; keeper and store
//! hear the same questions from a page as from a program. The invariants: no
//! page shows what the calls would not; nothing about anybody stands in a
//! target, a title or a redirect; whatever changes or asks is a POST with a
//! token of the session.

// What every page stands in.
mod asset;
mod cookie;
mod council;
mod desk;
mod document;
mod form;
mod guard;
mod page;
mod problem_page;
mod room;
mod route;
mod visitor;

// Words and parts that several pages share.
mod parts;
mod said;

// Anyone.
mod about;
mod home;
mod sign_in;

// Officers.
mod address;
mod check;
mod emergency;
mod visits;

// Officers and advisers.
mod ask;
mod correction;
mod note;

// Advisers.
mod caller;
mod find;

// Those who own a feed, and reviewers.
mod sources;

pub(crate) use council::Council;
pub(crate) use desk::Desks;
pub(crate) use guard::router;

use route::Route;

/// Every page, grouped by who may come.
fn all() -> Vec<Route> {
    let rooms: [fn() -> Vec<Route>; 14] = [
        home::routes,
        asset::routes,
        sign_in::routes,
        about::routes,
        check::routes,
        address::routes,
        visits::routes,
        emergency::routes,
        ask::routes,
        note::routes,
        correction::routes,
        find::routes,
        caller::routes,
        sources::routes,
    ];
    rooms.into_iter().flat_map(|routes| routes()).collect()
}

/// Gives every page's path with who may come, for the tests that sweep them:
/// none stands for anybody, no role for whoever is signed in.
#[cfg(test)]
pub(crate) fn doors() -> Vec<(&'static str, Option<&'static [&'static str]>)> {
    let who = |who| match who {
        route::Who::Anyone => None,
        route::Who::SignedIn => Some(&[][..]),
        route::Who::Roles(roles) => Some(roles),
    };
    let all = all().into_iter();
    all.map(|route| (route.path, who(route.who))).collect()
}
