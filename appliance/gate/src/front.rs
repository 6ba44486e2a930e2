//! The front door: what every request meets before and after its call, in the
//! order it happens.
//!
//! host -> call, within its time -> words of a refusal -> headers -> count

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use tower::ServiceExt;

use crate::headers::{self, Sort};
use crate::host::{Host, Hosts};
use crate::problem::{self, Kind, Problem};
use crate::tally::Tally;
use crate::tls::Agent;

/// One listener's front door.
pub(crate) struct Front {
    /// The listener's calls.
    pub(crate) calls: Router,
    /// The names it answers to; none: any (the intake listener, where the
    /// client certificate already keeps browsers away).
    pub(crate) hosts: Option<Hosts>,
    /// The number to ring when the box cannot answer, as people read it aloud.
    pub(crate) duty_line: String,
    /// Longest time from a request's head to its answer.
    pub(crate) request: Duration,
    /// What was answered.
    pub(crate) tally: Arc<Tally>,
}

impl Front {
    /// Answers one request. Never fails: a refusal is an answer.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        agent: Option<Agent>,
    ) -> Response {
        let (head, body) = request.into_parts();
        let host = match &self.hosts {
            Some(hosts) => hosts.recognise(&head),
            None => Some(Host { local: false }),
        };
        let mut response = if host.is_some() {
            let mut request = Request::from_parts(head, Body::new(body));
            if let Some(agent) = agent {
                request.extensions_mut().insert(agent);
            }
            self.call(request).await
        } else {
            Problem::new(Kind::Misdirected).into_response()
        };
        problem::put_words(&mut response, self.tally.listener(), &self.duty_line);
        let sort = response.extensions_mut().remove::<Sort>();
        headers::put(
            response.headers_mut(),
            sort.unwrap_or(Sort::Data),
            host.is_none_or(|host| host.local),
        );
        self.tally.count(response.status());
        response
    }

    async fn call(&self, request: Request<Body>) -> Response {
        let answer = self.calls.clone().oneshot(request);
        match tokio::time::timeout(self.request, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            // Whatever of the body is still to come is not waited for.
            Err(_) => {
                let mut response = Problem::new(Kind::TooSlow).into_response();
                response
                    .headers_mut()
                    .insert(header::CONNECTION, HeaderValue::from_static("close"));
                response
            }
        }
    }
}
