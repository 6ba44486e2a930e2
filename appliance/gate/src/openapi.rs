//! The OpenAPI 3.1 document: made from the list of calls and from the types
//! that read and write their bodies, so that it cannot say what the code does
//! not do.

use std::collections::{BTreeMap, BTreeSet};

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::call::{Call, Content, Ending, Form, Listener, Method};
use crate::problem::{self, Kind};

/// Makes the document.
pub(crate) fn document(calls: &[Call]) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for call in calls {
        let path = paths.entry(call.path).or_default();
        if call.listener == Listener::Intake {
            path.insert("servers".into(), json!([intake_server()]));
        }
        path.insert(method(call.method).into(), operation(call, &mut schemas));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Firebox",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Warnings before a visit, and the proof of who looked.",
            "description": ABOUT,
        },
        "servers": [{ "url": "/", "description": "The box, for people and programs." }],
        "paths": paths,
        "components": {
            "schemas": schemas.named(),
            "securitySchemes": {
                "session": { "type": "http", "scheme": "bearer", "description": "The session that signing in gave." },
                "agent": { "type": "mutualTLS", "description": "The client certificate of the enrolment bundle." },
            },
        },
    })
}

const ABOUT: &str = "HTTPS with TLS 1.3 only. Bodies are JSON in UTF-8; unknown members and wrong \
    types are refused. Refusals are RFC 9457 problem documents whose `detail` says what to do next. \
    Handles of people, properties and flags mean something in one session only. Nothing recorded is not the \
    same as safe: read `complete` and `sources`.";

/// The schemas of bodies: what is taken as it is read, what is given as it is
/// written, so that a member that is always there is called required.
struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.meta_schema = None;
            settings.definitions_path = "/components/schemas".into();
        });
        Self {
            taken: settings.clone().for_deserialize().into_generator(),
            given: settings.for_serialize().into_generator(),
        }
    }

    /// All that have a name. No type is both taken and given.
    fn named(mut self) -> Map<String, Value> {
        let mut named = self.taken.take_definitions(true);
        named.extend(self.given.take_definitions(true));
        named
    }
}

fn intake_server() -> Value {
    json!({
        "url": "https://{box}:{port}",
        "description": "The box, for agents; asks for a client certificate.",
        "variables": { "box": { "default": "localhost" }, "port": { "default": "8444" } },
    })
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
    }
}

fn operation(call: &Call, schemas: &mut Schemas) -> Value {
    let parameters = call.parameters.iter().map(|parameter| {
        json!({
            "in": parameter.place,
            "name": parameter.name,
            "description": parameter.about,
            "required": true,
            "schema": form(parameter.form),
        })
    });
    let mut operation = json!({
        "operationId": call.name,
        "summary": call.about,
        "tags": [if call.listener == Listener::Intake { "agents" } else { "people and programs" }],
        "security": security(call),
        "parameters": parameters.collect::<Vec<_>>(),
        "responses": responses(call, schemas),
    });
    if let Some(content) = call.takes {
        operation["requestBody"] =
            json!({ "required": true, "content": body(content, &mut schemas.taken) });
    }
    operation
}

fn form(form: Form) -> Value {
    match form {
        Form::Number => json!({ "type": "integer", "format": "uint64", "minimum": 0 }),
        Form::Text(pattern) => json!({ "type": "string", "pattern": pattern }),
    }
}

fn security(call: &Call) -> Value {
    match (call.listener, call.session) {
        (Listener::Intake, _) => json!([{ "agent": [] }]),
        (Listener::Public, true) => json!([{ "session": [] }]),
        (Listener::Public, false) => json!([]),
    }
}

fn responses(call: &Call, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    for Ending {
        status,
        about,
        content,
    } in &call.gives
    {
        let mut response = json!({ "description": about });
        if let Some(content) = content {
            response["content"] = body(*content, &mut schemas.given);
        }
        responses.insert(status.to_string(), response);
    }
    let document = schemas.given.subschema_for::<problem::Document>();
    for (status, codes) in refusals(call) {
        let description = format!("Refused; `code` is one of: {}.", codes.join(", "));
        let content = json!({ problem::MEDIA_TYPE: { "schema": document } });
        let refusal = json!({ "description": description, "content": content });
        // `/readyz` answers 503 with its one word; that stands already.
        responses.entry(status.to_string()).or_insert(refusal);
    }
    Value::Object(responses)
}

/// The codes of a call's refusals, by status.
fn refusals(call: &Call) -> BTreeMap<u16, Vec<&'static str>> {
    let of_any: &[Kind] = match call.listener {
        Listener::Public => &[Kind::Misdirected, Kind::TooSlow],
        Listener::Intake => &[Kind::TooSlow],
    };
    let kinds: BTreeSet<Kind> = call
        .refuses
        .iter()
        .copied()
        .flatten()
        .chain(of_any)
        .copied()
        .collect();
    let mut codes: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for kind in kinds {
        codes
            .entry(kind.status().as_u16())
            .or_default()
            .push(kind.code());
    }
    codes
}

fn body(content: Content, schemas: &mut SchemaGenerator) -> Value {
    let Content { media_type, schema } = content;
    match schema {
        Some(schema) => json!({ media_type: { "schema": schema(schemas) } }),
        None if media_type.starts_with("text/") => {
            json!({ media_type: { "schema": { "type": "string" } } })
        }
        // In OpenAPI 3.1 a body of bytes has no schema.
        None => json!({ media_type: {} }),
    }
}

#[cfg(test)]
mod tests;
