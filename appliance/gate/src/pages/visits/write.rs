//! A list as somebody could have pasted it, to be changed and sent again:
//! nothing of it is typed twice.

use super::clock;
use super::day::Visit;

/// Writes a list so that reading it gives the same list.
pub(super) fn list(list: &[Visit]) -> String {
    if list.iter().any(|visit| visit.reference.is_some()) {
        return with_columns(list);
    }
    let lines: Vec<String> = list.iter().map(line).collect();
    lines.join("\n")
}

fn line(visit: &Visit) -> String {
    match visit.time {
        Some(time) => format!("{} {}", clock::said(time), place(visit)),
        None => place(visit),
    }
}

/// References need a column of their own.
fn with_columns(list: &[Visit]) -> String {
    let mut text = String::from("time,reference,address");
    for visit in list {
        let time = visit.time.map(clock::said).unwrap_or_default();
        let reference = visit.reference.as_deref().unwrap_or_default();
        text.push_str(&format!(
            "\n{time},{},{}",
            quoted(reference),
            quoted(&place(visit))
        ));
    }
    text
}

/// The word UPRN before a number is understood, and tells it from a house's.
fn place(visit: &Visit) -> String {
    visit.as_listed()
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::visits::read;

    #[test]
    fn a_list_is_written_so_that_it_reads_the_same() {
        for text in [
            "9:30 14 Mill Lane, NB1 4QX\n100023336956\nUPRN 7\n2:15pm NB1 4QX",
            "14 Mill Lane\n12am 15 Mill Lane",
            "time,reference,address\n9:30,V-1,\"14 Mill Lane, \"\"The Mill\"\"\"\n,,1 Mill Lane",
            "reference,uprn\n\"V,2\",1001",
        ] {
            let first = read::list(text).unwrap();
            let again = read::list(&list(&first)).unwrap();
            assert_eq!(first, again, "{}", list(&first));
        }
    }
}
