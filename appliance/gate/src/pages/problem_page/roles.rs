//! Roles in words that people know themselves by.

/// Lists roles: `visiting officer`, `visiting officer, adviser and reviewer`.
pub(super) fn in_words(roles: &[String]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| word(role)).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [several @ .., last] => format!("{} and {last}", several.join(", ")),
    }
}

/// A role the gate does not know is said by its code, not left out.
fn word(role: &str) -> &str {
    match role {
        "officer" => "visiting officer",
        "adviser" => "adviser who takes calls",
        "holder" => "holder of sealed notes",
        "reviewer" => "reviewer of who looked",
        "service-admin" => "admin of a service’s data",
        "custodian" => "custodian of the box",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(roles: &[&str]) -> String {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        in_words(&roles)
    }

    #[test]
    fn roles_are_listed_in_words_and_none_is_left_out() {
        assert_eq!(said(&[]), "");
        assert_eq!(said(&["officer"]), "visiting officer");
        assert_eq!(
            said(&["officer", "adviser", "dean"]),
            "visiting officer, adviser who takes calls and dean"
        );
    }
}
