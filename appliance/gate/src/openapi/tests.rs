//! What the document must say of every call.

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
    assert_eq!(bodies, 11);
}

#[test]
fn no_name_of_a_body_that_is_taken_is_that_of_one_that_is_given() {
    let mut schemas = Schemas::new();
    for call in crate::calls::all() {
        operation(&call, &mut schemas);
    }
    let taken = schemas.taken.take_definitions(true);
    let given = schemas.given.take_definitions(true);
    let both: Vec<&String> = taken
        .keys()
        .filter(|name| given.contains_key(*name))
        .collect();
    assert!(both.is_empty(), "{both:?}");
    // A number behind a name is a second type of that name.
    let numbered = |name: &&String| name.ends_with(|c: char| c.is_ascii_digit());
    let second: Vec<&String> = taken.keys().chain(given.keys()).filter(numbered).collect();
    assert!(
        second.iter().all(|name| name.as_str() == "Said_int16"),
        "{second:?}"
    );
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

#[test]
fn a_person_and_a_correction_are_described_member_for_member() {
    let document = crate::openapi();
    let schemas = &document["components"]["schemas"];
    let codes = schemas["CorrectRecord"]["properties"]["field"]["enum"].as_array();
    assert_eq!(codes.map(Vec::len), Some(14));
    let required = schemas["ViewedPerson"]["required"].as_array().unwrap();
    for member in [
        "entry",
        "call_them",
        "preferred_name",
        "caller_note",
        "complete",
    ] {
        assert!(required.contains(&json!(member)), "{member}");
    }
    let optional = &schemas["ViewPerson"]["required"];
    assert_eq!(optional, &json!(["purpose", "caller"]));
}
