//! One call of the interface, said once: the route and its line in the OpenAPI
//! document are made from the same value.

use axum::routing::{MethodRouter, get, post};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::json;
use crate::problem::Kind;
use crate::rooms::Rooms;

/// Which listener a call is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listener {
    /// People and programs.
    Public,
    /// Agents.
    Intake,
}

/// HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Reads what is the same for everybody who may see it.
    Get,
    /// Everything else, every question about an address included: a target ends
    /// up in logs of proxies, a body does not.
    Post,
}

/// Gives a type's schema.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A body, in or out.
#[derive(Clone, Copy)]
pub(crate) struct Content {
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its schema; none: bytes or text.
    pub(crate) schema: Option<SchemaOf>,
}

/// A parameter of path or query. Never personal data.
#[derive(Clone, Copy)]
pub(crate) struct Parameter {
    /// `path` or `query`.
    pub(crate) place: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) about: &'static str,
    /// How it is written.
    pub(crate) form: Form,
}

/// How a parameter is written.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// A whole number.
    Number,
    /// Text of this pattern, a regular expression.
    Text(&'static str),
}

/// One way a call ends that is no problem document.
#[derive(Clone, Copy)]
pub(crate) struct Ending {
    /// The status.
    pub(crate) status: u16,
    /// When.
    pub(crate) about: &'static str,
    /// The body; none: no body.
    pub(crate) content: Option<Content>,
}

/// One call.
pub(crate) struct Call {
    /// Where it is offered.
    pub(crate) listener: Listener,
    /// Its method.
    pub(crate) method: Method,
    /// Its path, parameters in braces.
    pub(crate) path: &'static str,
    /// Its name in generated clients.
    pub(crate) name: &'static str,
    /// What it does and who may call it, in one or two sentences.
    pub(crate) about: &'static str,
    /// Whether it needs a session.
    pub(crate) session: bool,
    /// Its parameters.
    pub(crate) parameters: &'static [Parameter],
    /// Its body.
    pub(crate) takes: Option<Content>,
    /// How it succeeds.
    pub(crate) gives: Vec<Ending>,
    /// How it refuses, beyond what any call may.
    pub(crate) refuses: Vec<&'static [Kind]>,
    /// What answers it.
    pub(crate) handler: MethodRouter<Rooms>,
}

impl Call {
    /// Begins a call that reads.
    pub(crate) fn get<H, T>(path: &'static str, name: &'static str, handler: H) -> Self
    where
        H: axum::handler::Handler<T, Rooms>,
        T: 'static,
    {
        Self::of(Method::Get, path, name, get(handler))
    }

    /// Begins a call that asks or tells.
    pub(crate) fn post<H, T>(path: &'static str, name: &'static str, handler: H) -> Self
    where
        H: axum::handler::Handler<T, Rooms>,
        T: 'static,
    {
        Self::of(Method::Post, path, name, post(handler))
    }

    fn of(
        method: Method,
        path: &'static str,
        name: &'static str,
        handler: MethodRouter<Rooms>,
    ) -> Self {
        Self {
            listener: Listener::Public,
            method,
            path,
            name,
            about: "",
            session: false,
            parameters: &[],
            takes: None,
            gives: Vec::new(),
            refuses: Vec::new(),
            handler,
        }
    }

    /// Puts it on the agents' listener.
    pub(crate) fn for_agents(self) -> Self {
        Self {
            listener: Listener::Intake,
            ..self
        }
    }

    /// Says what it does and who may.
    pub(crate) fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Needs a session.
    pub(crate) fn with_session(self) -> Self {
        Self {
            session: true,
            ..self
        }
        .refusing(&[Kind::NotSignedIn])
    }

    /// Has parameters.
    pub(crate) fn with_parameters(self, parameters: &'static [Parameter]) -> Self {
        Self { parameters, ..self }
    }

    /// Takes a JSON body of `T`.
    pub(crate) fn taking<T: JsonSchema>(self) -> Self {
        Self {
            takes: Some(Content::json::<T>()),
            ..self
        }
        .refusing(Kind::OF_JSON)
    }

    /// Takes bytes.
    pub(crate) fn taking_bytes(self, media_type: &'static str) -> Self {
        Self {
            takes: Some(Content {
                media_type,
                schema: None,
            }),
            ..self
        }
    }

    /// Succeeds with a JSON body of `T`.
    pub(crate) fn giving<T: JsonSchema>(self, status: u16, about: &'static str) -> Self {
        self.succeeding(status, about, Some(Content::json::<T>()))
    }

    /// Succeeds with text or bytes.
    pub(crate) fn giving_raw(self, about: &'static str, media_type: &'static str) -> Self {
        self.succeeding(
            200,
            about,
            Some(Content {
                media_type,
                schema: None,
            }),
        )
    }

    /// Says no in one word: 503, outside the problem documents.
    pub(crate) fn failing_raw(self, about: &'static str, media_type: &'static str) -> Self {
        self.succeeding(
            503,
            about,
            Some(Content {
                media_type,
                schema: None,
            }),
        )
    }

    /// Succeeds without a body.
    pub(crate) fn giving_nothing(self, about: &'static str) -> Self {
        self.succeeding(204, about, None)
    }

    /// Refuses for these reasons.
    pub(crate) fn refusing(mut self, kinds: &'static [Kind]) -> Self {
        self.refuses.push(kinds);
        self
    }

    fn succeeding(mut self, status: u16, about: &'static str, content: Option<Content>) -> Self {
        self.gives.push(Ending {
            status,
            about,
            content,
        });
        self
    }
}

impl Content {
    fn json<T: JsonSchema>() -> Self {
        Self {
            media_type: json::MEDIA_TYPE,
            schema: Some(SchemaGenerator::subschema_for::<T>),
        }
    }
}
