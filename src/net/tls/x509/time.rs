//! Dates in certificates, in the two forms that RFC 5280 §4.1.2.5 allows: OpenSSL takes no others.

/// The tags of the forms: `YYMMDDHHMMSSZ` and `YYYYMMDDHHMMSSZ`.
pub const UTC: u8 = 0x17;
pub const GENERALIZED: u8 = 0x18;

/// The seconds since 1970. `None` if the date is malformed or does not exist.
pub fn seconds(tag: u8, text: &[u8]) -> Option<i64> {
    let digits = text.strip_suffix(b"Z")?;
    let (year, rest) = match (tag, digits.len()) {
        (UTC, 12) => {
            let (year, rest) = digits.split_at(2);
            // RFC 5280 §4.1.2.5.1: from 1950 to 2049.
            let year = number(year)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        (GENERALIZED, 14) => {
            let (year, rest) = digits.split_at(4);
            (number(year)?, rest)
        }
        _ => return None,
    };
    let parts = rest.chunks(2).map(number).collect::<Option<Vec<_>>>()?;
    let [month, day, hour, minute, second] = parts[..] else {
        return None;
    };
    let is_time = hour < 24 && minute < 60 && second < 60;
    let is_day = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
    let days = days_before(year, month) + day - 1;
    (is_time && is_day).then_some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, digit| {
        let is_digit = digit.is_ascii_digit();
        is_digit.then(|| sum * 10 + i64::from(digit - b'0'))
    })
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days from 1970 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let past = year - 1;
    let leaps = past / 4 - past / 100 + past / 400;
    let years = year * 365 + leaps - (1970 * 365 + 477);
    years + (1..month).map(|month| days_of(year, month)).sum::<i64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_the_seconds_since_1970() {
        for (tag, text, expected) in [
            (UTC, "700101000000Z", Some(0)),
            (UTC, "491231235959Z", Some(2_524_607_999)),
            (UTC, "500101000000Z", Some(-631_152_000)),
            (UTC, "240229120000Z", Some(1_709_208_000)),
            (GENERALIZED, "20000301000000Z", Some(951_868_800)),
            (GENERALIZED, "99991231235959Z", Some(253_402_300_799)),
            (GENERALIZED, "00010101000000Z", Some(-62_135_596_800)),
            (UTC, "230229000000Z", None),
            (UTC, "230431000000Z", None),
            (UTC, "231301000000Z", None),
            (UTC, "230001000000Z", None),
            (UTC, "230100000000Z", None),
            (UTC, "230101240000Z", None),
            (UTC, "230101006000Z", None),
            (UTC, "230101000060Z", None),
            (UTC, "2301010000Z", None),
            (UTC, "230101000000", None),
            (UTC, "230101000000+0100", None),
            (UTC, "2x0101000000Z", None),
            (UTC, "20230101000000Z", None),
            (GENERALIZED, "230101000000Z", None),
            (GENERALIZED, "20230101000000.5Z", None),
            (GENERALIZED, "", None),
        ] {
            assert_eq!(seconds(tag, text.as_bytes()), expected, "{text}");
        }
    }
}
