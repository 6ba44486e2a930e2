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
    Handles of properties and flags mean something in one session only. Nothing recorded is not the \
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
mod tests {
    use super::*;

    /// Calls `look` with every value of a document, depth first.
    fn each<'a>(value: &'a Value, look: &mut impl FnMut(&'a Map<String, Value>)) {
        match value {
            Value::Object(members) => {
                look(members);
                members.values().for_each(|member| each(member, look));
            }
            Value::Array(items) => items.iter().for_each(|item| each(item, look)),
            _ => {}
        }
    }

    fn operations(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
        let paths = document["paths"].as_object().unwrap();
        paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods
                .filter(|(name, _)| *name != "servers")
                .map(move |(_, operation)| (path, operation))
        })
    }

    #[test]
    fn every_reference_in_the_document_leads_somewhere() {
        let document = crate::openapi();
        let mut references = 0;
        each(&document, &mut |members| {
            if let Some(Value::String(reference)) = members.get("$ref") {
                references += 1;
                let place = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(place).is_some(), "{reference}");
            }
        });
        assert!(references > 10, "{references}");
    }

    #[test]
    fn every_call_has_its_own_name_says_what_it_does_and_how_it_ends() {
        let document = crate::openapi();
        let mut names = BTreeSet::new();
        for (path, operation) in operations(&document) {
            assert!(
                names.insert(operation["operationId"].as_str().unwrap()),
                "{path}"
            );
            assert!(
                operation["summary"].as_str().unwrap().ends_with('.'),
                "{path}"
            );
            let responses = operation["responses"].as_object().unwrap();
            assert!(
                responses.keys().any(|status| status.starts_with('2')),
                "{path}"
            );
            let in_path = path.matches('{').count();
            let parameters = operation["parameters"].as_array().unwrap();
            let stated = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path");
            assert_eq!(stated.count(), in_path, "{path}");
        }
        assert_eq!(names.len(), crate::calls::all().len());
    }

    #[test]
    fn every_body_that_is_taken_refuses_unknown_members() {
        let document = crate::openapi();
        let mut bodies = 0;
        for (path, operation) in operations(&document) {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let Some(reference) = schema["$ref"].as_str() else {
                continue;
            };
            let schema = document.pointer(&reference[1..]).unwrap();
            assert_eq!(schema["additionalProperties"], json!(false), "{path}");
            bodies += 1;
        }
        assert_eq!(bodies, 7);
    }

    #[test]
    fn what_an_answer_always_holds_is_called_required() {
        let document = crate::openapi();
        let required = |name: &str| document["components"]["schemas"][name]["required"].clone();
        assert!(
            required("Match")
                .as_array()
                .unwrap()
                .contains(&json!("flags"))
        );
        assert!(
            required("Source")
                .as_array()
                .unwrap()
                .contains(&json!("last_synced"))
        );
        assert!(
            !required("Owner")
                .as_array()
                .unwrap()
                .contains(&json!("out_of_hours"))
        );
        assert_eq!(required("LookUpProperty"), json!(["purpose"]));
    }

    #[test]
    fn every_refusal_in_the_document_is_a_problem() {
        let document = crate::openapi();
        for (path, operation) in operations(&document) {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let is_refusal = status.as_str() >= "400" && path != "/readyz";
                if is_refusal {
                    assert!(
                        response["content"][problem::MEDIA_TYPE].is_object(),
                        "{path} {status}"
                    );
                }
            }
        }
    }
}
