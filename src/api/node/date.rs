//! Dates as Go writes them (RFC 3339 §5.6), in UTC.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;

/// Writes a date as a JSON string: `"2026-11-26T12:00:00.25Z"`. Zeros at the end of the fraction are left out.
pub fn write(out: &mut String, date: SystemTime) {
    let (seconds, nanos) = since_epoch(date);
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}",
        second % 60
    );
    if nanos > 0 {
        let fraction = format!(".{nanos:09}");
        out.push_str(fraction.trim_end_matches('0'));
    }
    out.push_str("Z\"");
}

/// The whole seconds before a date, and the nanoseconds after them.
fn since_epoch(date: SystemTime) -> (i64, u32) {
    let whole = |seconds: u64| i64::try_from(seconds).unwrap_or_default();
    match date.duration_since(UNIX_EPOCH) {
        Ok(since) => (whole(since.as_secs()), since.subsec_nanos()),
        Err(before) => {
            let before = before.duration();
            match before.subsec_nanos() {
                0 => (-whole(before.as_secs()), 0),
                nanos => (-whole(before.as_secs()) - 1, 1_000_000_000 - nanos),
            }
        }
    }
}

/// The date of a day since 1970: `civil_from_days` of Howard Hinnant's `chrono-Compatible Low-Level Date Algorithms`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}
