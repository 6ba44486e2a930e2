//! The list of calls, grouped by who may come, and the router of each listener.

use axum::Router;
use axum::routing::any;

use crate::call::{Call, Listener};
use crate::problem::{Kind, Problem};
use crate::rooms::Rooms;
use crate::{api, intake, pages};

/// Every call of both listeners.
pub(crate) fn all() -> Vec<Call> {
    vec![
        // Anyone.
        api::sign_in::call(),
        api::checkpoint::call(),
        api::consistency::call(),
        api::description::call(),
        api::health::alive(),
        api::health::ready(),
        // Whoever is signed in; the keeper decides what they may.
        api::sign_out::call(),
        api::look_up_property::call(),
        api::look_up_visits::call(),
        api::look_up_person::call(),
        api::view_person::call(),
        api::correct::call(),
        api::hazard::call(),
        api::correction::call(),
        api::release::call(),
        api::emergency::call(),
        api::open_release::call(),
        api::proof::call(),
        api::sources::call(),
        api::holds::call(),
        // Agents.
        intake::batches::call(),
        intake::recipients::call(),
        intake::corrections::waiting(),
        intake::corrections::answer(),
        intake::enrol::call(),
    ]
}

/// The router of one listener; anything else is "not found" or "wrong method".
pub(crate) fn router(listener: Listener, rooms: Rooms) -> Router {
    let offered = all().into_iter().filter(|call| call.listener == listener);
    let calls = offered.fold(Router::new(), |router, call| {
        router.route(call.path, call.handler)
    });
    match listener {
        Listener::Public => calls
            // A path of the calls that is none is data, not a page; so is an
            // agent's that came to the wrong listener.
            .route("/api/{*other}", any(nowhere))
            .route("/intake/{*other}", any(nowhere))
            .merge(pages::router(&rooms)),
        Listener::Intake => calls,
    }
    .fallback(nowhere)
    .method_not_allowed_fallback(|| async { Problem::new(Kind::WrongMethod) })
    .with_state(rooms)
}

async fn nowhere() -> Problem {
    Problem::new(Kind::NotFound)
}
