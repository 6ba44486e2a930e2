//! Numbers of the invented council: only ranges reserved for invention, where there is one.

/// UPRN of a property: 12 digits, seven apart, as neighbours seldom have neighbouring numbers.
pub(crate) fn uprn(property: u32) -> u64 {
    100_000_400_000 + 7 * u64::from(property)
}

/// Mobiles nobody draws: those of the samples, and a ten for what demonstrations type in as new.
const KEPT_MOBILES: [std::ops::RangeInclusive<u32>; 2] = [480..=489, 610..=619];

/// A mobile of the reserved thousand, in one of the ways people type it. Residents share the numbers
/// out evenly.
pub(crate) fn mobile(serial: u64, style: u32) -> String {
    let place = u32::try_from(serial.wrapping_mul(617) % 980).unwrap_or_default();
    let last = KEPT_MOBILES.iter().fold(place, |last, kept| {
        last + if last >= *kept.start() { 10 } else { 0 }
    });
    typed_mobile(last, style)
}

/// Writes a reserved mobile in one of three styles.
pub(crate) fn typed_mobile(last: u32, style: u32) -> String {
    match style % 3 {
        0 => format!("07700 900{last:03}"),
        1 => format!("07700900{last:03}"),
        _ => format!("+44 7700 900{last:03}"),
    }
}

/// A resident's landline: 01632 960700 to 960989. Those below are the council's teams, the ten above are
/// kept for the samples.
pub(crate) fn landline(property: u32) -> String {
    typed_landline(700 + property % 290)
}

/// Writes a reserved landline.
pub(crate) fn typed_landline(last: u32) -> String {
    format!("01632 960{last:03}")
}

/// NHS number from the 999 test range, unique for a serial below 1,000,000. None where the serial is
/// above it, or the check digit would be 10: that person's record has no number.
pub(crate) fn nhs_number(serial: u64) -> Option<String> {
    if serial >= 1_000_000 {
        return None;
    }
    // 7,919 has no factor in common with a million, so no two serials meet.
    let nine = 999_000_000 + serial * 7_919 % 1_000_000;
    let sum: u64 = format!("{nine}")
        .bytes()
        .zip((2..=10).rev())
        .map(|(digit, weight)| u64::from(digit - b'0') * weight)
        .sum();
    match 11 - sum % 11 {
        10 => None,
        11 => Some(format!("{nine}0")),
        check => Some(format!("{nine}{check}")),
    }
}

/// Prefixes that the rule allows, away from the placeholder AB.
const NINO_PREFIXES: [&str; 12] = [
    "AX", "CJ", "EH", "GY", "HK", "JM", "KR", "LS", "NP", "PW", "RT", "YZ",
];

/// National Insurance number that keeps the rule, unique for a serial below 48 million.
pub(crate) fn nino(serial: u64) -> String {
    let digits = serial.wrapping_mul(7_919) % 1_000_000;
    let round = usize::try_from(serial / 1_000_000).unwrap_or_default();
    let prefix = NINO_PREFIXES[round % NINO_PREFIXES.len()];
    let suffix = ['A', 'B', 'C', 'D'][round / NINO_PREFIXES.len() % 4];
    format!("{prefix}{digits:06}{suffix}")
}

/// Letters that may stand in the second half of a postcode.
const INWARD: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";

/// How many streets have a postcode of their own; the next ones go on with higher house numbers.
pub(crate) const POSTCODES: u32 = 36_000;

/// Postcode of a street: NB1 to NB9 with a valid second half; street 0 has NB1 4QX.
pub(crate) fn postcode(street: u32) -> String {
    let street = street % POSTCODES;
    // 1,837 is 4QX; 1,237 has no factor in common with 4,000, so no two streets of a district meet.
    let inward = (1_837 + street / 9 * 1_237) % 4_000;
    let letter = |at: u32| char::from(INWARD[usize::try_from(at).unwrap_or_default()]);
    format!(
        "NB{} {}{}{}",
        street % 9 + 1,
        inward / 400,
        letter(inward / 20 % 20),
        letter(inward % 20)
    )
}

#[cfg(test)]
mod tests {
    use super::{KEPT_MOBILES, POSTCODES, landline, mobile, nhs_number, nino, postcode};
    use std::collections::HashSet;

    #[test]
    fn no_two_streets_share_a_postcode() {
        assert_eq!(postcode(0), "NB1 4QX");
        let all: HashSet<String> = (0..POSTCODES).map(postcode).collect();
        assert_eq!(all.len(), 36_000);
    }

    #[test]
    fn nhs_numbers_pass_their_check_and_do_not_repeat() {
        let all: Vec<String> = (0..50_000).filter_map(nhs_number).collect();
        assert!(all.len() > 44_000);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for number in &all {
            let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
            assert!(number.starts_with("999") && digits.len() == 10);
            let sum: u32 = digits
                .iter()
                .zip((2..=10).rev())
                .map(|(digit, weight)| digit * weight)
                .sum();
            assert_eq!((11 - sum % 11) % 11, digits[9]);
        }
        assert_eq!(nhs_number(1_000_000), None);
    }

    #[test]
    fn national_insurance_numbers_keep_the_rule() {
        for serial in (0..48_000_000).step_by(9_973) {
            let number = nino(serial);
            let (first, second) = (&number[..1], &number[1..2]);
            assert!(!"DFIQUV".contains(first) && !"DFIQUVO".contains(second));
            assert!(!["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&&number[..2]));
            assert!(
                number[2..8].bytes().all(|b| b.is_ascii_digit()) && "ABCD".contains(&number[8..])
            );
        }
    }

    #[test]
    fn nobody_draws_a_number_that_is_kept() {
        let last = |text: &str| text[text.len() - 3..].parse::<u32>().unwrap();
        let drawn: HashSet<u32> = (0..5_000).map(|serial| last(&mobile(serial, 1))).collect();
        assert_eq!(drawn.len(), 980);
        assert!(
            KEPT_MOBILES
                .iter()
                .flat_map(Clone::clone)
                .all(|kept| !drawn.contains(&kept))
        );
        assert!((0..5_000).all(|property| (700..990).contains(&last(&landline(property)))));
    }
}
