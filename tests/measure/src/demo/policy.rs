//! The demo's policy, changed so that it is the box that is measured and not
//! its limits. What was changed stands under the table.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::unmeasured::{Because, Unmeasured};

/// What every limit an hour or a day becomes: more than any machine answers in one.
const NO_LIMIT: i64 = 1_000_000_000;

/// Raises the limits in a policy file and gives a sentence that says so.
pub(crate) fn raise_limits(path: &Path) -> Result<String, Unmeasured> {
    let text = fs::read_to_string(path).because("the demo's policy")?;
    let (text, changed) = raised(&text)?;
    fs::write(path, text).because("the demo's policy")?;
    Ok(changed)
}

fn raised(text: &str) -> Result<(String, String), Unmeasured> {
    let mut policy: Table = text.parse().because("the demo's policy does not read")?;
    let mut changed = Vec::new();
    let limits = policy.get_mut("limits").and_then(Value::as_table_mut);
    let limits = limits.because("the demo's policy has no limits")?;
    for (name, limit) in limits.iter_mut() {
        if !name.ends_with("_per_hour") && !name.ends_with("_per_day") {
            continue;
        }
        match limit {
            Value::Table(each) => each.iter_mut().for_each(|(member, limit)| {
                raise(&format!("{name}.{member}"), limit, &mut changed)
            }),
            limit => raise(name, limit, &mut changed),
        }
    }
    let rows = policy.get_mut("release").and_then(Value::as_array_mut);
    for row in rows.into_iter().flatten().filter_map(Value::as_table_mut) {
        let is = |name, value| row.get(name).and_then(Value::as_str) == Some(value);
        if is("class", "standard") && is("role", "officer") && is("decision", "sign") {
            row.insert("decision".to_owned(), "assert".into());
            changed.push("standard details to officers: decision sign -> assert".to_owned());
        }
    }
    let text = toml::to_string(&policy).because("the demo's policy")?;
    Ok((
        text,
        format!(
            "LIMITS RAISED in the box's policy.toml: {}",
            changed.join(", ")
        ),
    ))
}

fn raise(name: &str, limit: &mut Value, changed: &mut Vec<String>) {
    changed.push(format!("{name} {limit} -> {NO_LIMIT}"));
    *limit = Value::Integer(NO_LIMIT);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_keeps_everything_but_what_is_named() -> Result<(), Unmeasured> {
        let shipped = include_str!("../../../../config/policy.toml");
        let (text, changed) = raised(shipped)?;
        let before: Table = shipped.parse().because("shipped")?;
        let after: Table = text.parse().because("changed")?;
        assert!(
            changed.contains("person_look_ups_per_hour 300 -> 1000000000"),
            "{changed}"
        );
        assert_eq!(
            after["limits"]["box_look_ups_per_hour"].as_integer(),
            Some(NO_LIMIT)
        );
        assert_eq!(
            before["limits"]["session_hours"],
            after["limits"]["session_hours"]
        );
        for unchanged in ["version", "purpose", "look_up"] {
            assert_eq!(before[unchanged], after[unchanged]);
        }
        Ok(())
    }

    #[test]
    fn every_limit_of_a_table_by_class_is_raised_and_nothing_else_in_it() -> Result<(), Unmeasured>
    {
        let (text, changed) = raised(
            "[limits]\nclass_releases_per_hour = { standard = 500, restricted = 20 }\n\
             person_emergencies_per_day = 3\nreview_grace_days = 30\n",
        )?;
        let after: Table = text.parse().because("changed")?;
        let limits = &after["limits"];
        let by_class = &limits["class_releases_per_hour"];
        assert_eq!(by_class["standard"].as_integer(), Some(NO_LIMIT));
        assert_eq!(by_class["restricted"].as_integer(), Some(NO_LIMIT));
        assert_eq!(
            limits["person_emergencies_per_day"].as_integer(),
            Some(NO_LIMIT)
        );
        assert_eq!(limits["review_grace_days"].as_integer(), Some(30));
        assert!(
            changed.contains("class_releases_per_hour.restricted 20 -> "),
            "{changed}"
        );
        Ok(())
    }

    #[test]
    fn standard_details_are_asserted_to_officers_whether_the_policy_says_sign_or_assert()
    -> Result<(), Unmeasured> {
        for shipped in ["sign", "assert"] {
            let (text, changed) = raised(&format!(
                "[limits]\n[[release]]\nclass = \"standard\"\nrole = \"officer\"\ndecision = \"{shipped}\"\n\
                 [[release]]\nclass = \"standard\"\nrole = \"adviser\"\ndecision = \"sign\"\n"
            ))?;
            let after: Table = text.parse().because("changed")?;
            assert_eq!(after["release"][0]["decision"].as_str(), Some("assert"));
            assert_eq!(after["release"][1]["decision"].as_str(), Some("sign"));
            assert_eq!(changed.contains("sign -> assert"), shipped == "sign");
        }
        Ok(())
    }
}
