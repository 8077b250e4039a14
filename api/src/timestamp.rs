//! Points in time.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::{Date, Month};

use crate::excerpt::excerpt;
use crate::scalar::{arbitrary, scalar_schema, text_scalar};

const PICOSECONDS: u64 = 1_000_000_000_000;
const SECONDS_OF_DAY: u64 = 86_400;

/// A point in time with a precision of a picosecond: `2031-08-04T09:05:00.25Z`.
///
/// Written in UTC, with as many fraction digits as it takes (at most 12, and no dot for none), and
/// at least four digits of the year. When read, a blank may stand in place of the `T`, the seconds may
/// be missing, and the zone may be any offset up to 23:59, which is taken off; digits after the twelfth
/// of a fraction are dropped. A leap second is kept at the end of a day and rolls over elsewhere.
/// Years from -999999 to 999999.
///
/// Source: `common-types.md` §5.10. (Upstream has two readers for this form; this one takes what either
/// takes.)
///
/// ```
/// use federation_api::timestamp::UtcTime;
///
/// let time: UtcTime = "2031-08-04 11:05+02:00".parse()?;
/// assert_eq!(time.to_string(), "2031-08-04T09:05:00Z");
/// # Ok::<(), federation_api::timestamp::TimestampError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime {
    day: Date,
    /// Less than a day and one second: 23:59:60 has the second after the last.
    picosecond: u64,
}

/// A point in time with a precision of a millisecond: `2031-08-04T09:05:00.000Z`.
///
/// Written in UTC with exactly three fraction digits. Read like [`UtcTime`], except that the zone is
/// from -12:00 to +14:00; what is finer than a millisecond is cut off, not rounded.
///
/// Source: `common-types.md` §5.10.
///
/// ```
/// use federation_api::timestamp::UtcTimeMillis;
///
/// let time: UtcTimeMillis = "2031-08-04T09:05:00.0019Z".parse()?;
/// assert_eq!(time.to_string(), "2031-08-04T09:05:00.001Z");
/// # Ok::<(), federation_api::timestamp::TimestampError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTimeMillis(UtcTime);

/// Why a text is no timestamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampError {
    /// Not of the form of a timestamp.
    #[error("`{0}` is no timestamp: write it as 2031-08-04T09:05:00.000Z")]
    Form(String),
    /// No such day, or a year of more than six digits.
    #[error("`{0}` names a day that does not exist, or one beyond the year 999999")]
    Day(String),
    /// No such hour, minute or second.
    #[error("`{0}` names a time of day that does not exist")]
    TimeOfDay(String),
    /// An offset that no zone has.
    #[error("`{0}` has an offset that no time zone has")]
    Offset(String),
    /// A point in time that a `SystemTime` cannot hold.
    #[error("{0} is out of the range of the system's clock")]
    OutOfRange(UtcTime),
}

impl UtcTime {
    /// Now.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    fn read(text: &str, offsets: Offsets) -> Result<Self, TimestampError> {
        let written = Written::parse(text).ok_or_else(|| TimestampError::Form(excerpt(text)))?;
        let day = written
            .day()
            .ok_or_else(|| TimestampError::Day(excerpt(text)))?;
        if written.hour > 23 || written.minute > 59 || written.second > 60 {
            return Err(TimestampError::TimeOfDay(excerpt(text)));
        }
        let offset = written
            .offset(offsets)
            .ok_or_else(|| TimestampError::Offset(excerpt(text)))?;
        // Offsets are whole minutes, so that a second 60 stays what it is while they are taken off.
        let minute = i64::from(written.hour) * 60 + i64::from(written.minute) - offset;
        let day = day
            .to_julian_day()
            .checked_add(minute.div_euclid(24 * 60) as i32)
            .and_then(|day| Date::from_julian_day(day).ok())
            .ok_or_else(|| TimestampError::Day(excerpt(text)))?;
        let minute = minute.rem_euclid(24 * 60) as u64;
        let second = minute * 60 + u64::from(written.second);
        // A 60th second is the first of the next minute, except at the end of a day, where the sum
        // keeps it apart from the next day's first.
        Ok(Self {
            day,
            picosecond: second * PICOSECONDS + written.fraction,
        })
    }

    /// Hour, minute, second and the picosecond within it.
    fn time_of_day(self) -> (u64, u64, u64, u64) {
        let (second, picosecond) = (self.picosecond / PICOSECONDS, self.picosecond % PICOSECONDS);
        let leap = second.saturating_sub(SECONDS_OF_DAY - 1);
        let second = second - leap;
        (
            second / 3600,
            second / 60 % 60,
            second % 60 + leap,
            picosecond,
        )
    }
}

impl UtcTimeMillis {
    /// Now, cut to the millisecond.
    #[must_use]
    pub fn now() -> Self {
        UtcTime::now().into()
    }
}

/// Which offsets of time zones are read.
#[derive(Clone, Copy)]
enum Offsets {
    /// -12:00 to +14:00.
    Inhabited,
    /// -23:59 to +23:59.
    UpToADay,
}

/// The parts of a timestamp as they are written, not yet checked against the calendar.
struct Written {
    year: i32,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    /// In picoseconds.
    fraction: u64,
    /// Negative or not, hours, minutes.
    zone: (bool, u8, u8),
}

impl Written {
    /// `[+-]YYYY-MM-DD`, `T` or a blank, `HH:MM[:SS[.f…]]`, then `Z`, `±HH`, `±HHMM` or `±HH:MM`.
    fn parse(text: &str) -> Option<Self> {
        let mut rest = Rest(text.as_bytes());
        let negative = match rest.0.first()? {
            b'-' => rest.skip(b'-').map(|()| true)?,
            b'+' => rest.skip(b'+').map(|()| false)?,
            _ => false,
        };
        let year = rest.digits();
        if year.len() < 4 {
            return None;
        }
        // A year of more digits than an `i32` takes exists in no calendar of ours either.
        let year = std::str::from_utf8(year).ok()?.parse().unwrap_or(i32::MAX);
        let year = if negative { -year } else { year };
        rest.skip(b'-')?;
        let month = rest.two_digits()?;
        rest.skip(b'-')?;
        let day = rest.two_digits()?;
        rest.skip(b'T').or_else(|| rest.skip(b' '))?;
        let hour = rest.two_digits()?;
        rest.skip(b':')?;
        let minute = rest.two_digits()?;
        let (mut second, mut fraction) = (0, 0);
        if rest.skip(b':').is_some() {
            second = rest.two_digits()?;
            if rest.skip(b'.').is_some() {
                let digits = rest.digits();
                digits.first()?;
                let digits = digits.iter().chain(std::iter::repeat(&b'0')).take(12);
                fraction = digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            }
        }
        let zone = if rest.skip(b'Z').is_some() {
            (false, 0, 0)
        } else {
            let negative = rest
                .skip(b'+')
                .map(|()| false)
                .or_else(|| rest.skip(b'-').map(|()| true))?;
            let hours = rest.two_digits()?;
            let minutes = match rest.skip(b':') {
                None if rest.0.is_empty() => 0,
                _ => rest.two_digits()?,
            };
            (negative, hours, minutes)
        };
        rest.0.is_empty().then_some(Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            fraction,
            zone,
        })
    }

    fn day(&self) -> Option<Date> {
        let month = Month::try_from(self.month).ok()?;
        Date::from_calendar_date(self.year, month, self.day).ok()
    }

    /// The offset in minutes.
    fn offset(&self, offsets: Offsets) -> Option<i64> {
        let (negative, hours, minutes) = self.zone;
        let offset = i64::from(hours) * 60 + i64::from(minutes);
        let offset = if negative { -offset } else { offset };
        let range = match offsets {
            Offsets::Inhabited => -12 * 60..=14 * 60,
            Offsets::UpToADay => -(24 * 60 - 1)..=24 * 60 - 1,
        };
        (minutes < 60 && range.contains(&offset)).then_some(offset)
    }
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn skip(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == byte).then(|| self.0 = rest)
    }

    fn digits(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| !byte.is_ascii_digit());
        let (digits, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        digits
    }

    fn two_digits(&mut self) -> Option<u8> {
        let (digits, rest) = self.0.split_at_checked(2)?;
        self.0 = rest;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| (digits[0] - b'0') * 10 + digits[1] - b'0')
    }
}

impl FromStr for UtcTime {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::read(text, Offsets::UpToADay)
    }
}

impl FromStr for UtcTimeMillis {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        UtcTime::read(text, Offsets::Inhabited).map(Self::from)
    }
}

/// Day and time to the second, without the zone.
fn write_seconds(f: &mut fmt::Formatter<'_>, time: UtcTime) -> fmt::Result {
    let (year, month, day) = time.day.to_calendar_date();
    let (hour, minute, second, _) = time.time_of_day();
    // Readers refuse a year of fewer than four digits. The sign is not one of them.
    let sign = if year < 0 { "-" } else { "" };
    write!(
        f,
        "{sign}{:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}",
        year.unsigned_abs(),
        u8::from(month),
    )
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_seconds(f, *self)?;
        match self.picosecond % PICOSECONDS {
            0 => f.write_str("Z"),
            fraction => {
                let digits = format!("{fraction:012}");
                write!(f, ".{}Z", digits.trim_end_matches('0'))
            }
        }
    }
}

impl fmt::Display for UtcTimeMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_seconds(f, self.0)?;
        let millisecond = self.0.picosecond % PICOSECONDS / 1_000_000_000;
        write!(f, ".{millisecond:03}Z")
    }
}

/// Cuts off what is finer than a millisecond.
impl From<UtcTime> for UtcTimeMillis {
    fn from(time: UtcTime) -> Self {
        Self(UtcTime {
            picosecond: time.picosecond - time.picosecond % 1_000_000_000,
            ..time
        })
    }
}

impl From<UtcTimeMillis> for UtcTime {
    fn from(time: UtcTimeMillis) -> Self {
        time.0
    }
}

/// The day that Unix time counts from.
fn epoch() -> i64 {
    i64::from(Date::from_ordinal_date(1970, 1).map_or(0, Date::to_julian_day))
}

/// Times beyond the years that can be written become the last or first that can.
impl From<SystemTime> for UtcTime {
    fn from(time: SystemTime) -> Self {
        let nanoseconds = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
            Err(error) => -i128::try_from(error.duration().as_nanos()).unwrap_or(i128::MAX),
        };
        let nanoseconds_of_day = i128::from(SECONDS_OF_DAY) * 1_000_000_000;
        let day = nanoseconds.div_euclid(nanoseconds_of_day) + i128::from(epoch());
        let day = i32::try_from(day)
            .ok()
            .and_then(|day| Date::from_julian_day(day).ok());
        match day {
            Some(day) => Self {
                day,
                picosecond: nanoseconds.rem_euclid(nanoseconds_of_day) as u64 * 1000,
            },
            None if nanoseconds < 0 => Self {
                day: Date::MIN,
                picosecond: 0,
            },
            None => Self {
                day: Date::MAX,
                picosecond: SECONDS_OF_DAY * PICOSECONDS - 1,
            },
        }
    }
}

/// Cut to the millisecond.
impl From<SystemTime> for UtcTimeMillis {
    fn from(time: SystemTime) -> Self {
        UtcTime::from(time).into()
    }
}

/// A leap second becomes the first second of the next day; what is finer than the system's clock is
/// cut off.
impl TryFrom<UtcTime> for SystemTime {
    type Error = TimestampError;

    fn try_from(time: UtcTime) -> Result<Self, TimestampError> {
        let days = i64::from(time.day.to_julian_day()) - epoch();
        let from_epoch = Duration::from_secs(days.unsigned_abs() * SECONDS_OF_DAY);
        let midnight = if days < 0 {
            UNIX_EPOCH.checked_sub(from_epoch)
        } else {
            UNIX_EPOCH.checked_add(from_epoch)
        };
        midnight
            .and_then(|midnight| midnight.checked_add(Duration::from_nanos(time.picosecond / 1000)))
            .ok_or(TimestampError::OutOfRange(time))
    }
}

/// A leap second becomes the first second of the next day.
impl TryFrom<UtcTimeMillis> for SystemTime {
    type Error = TimestampError;

    fn try_from(time: UtcTimeMillis) -> Result<Self, TimestampError> {
        time.0.try_into()
    }
}

text_scalar!(UtcTime, "a timestamp, such as \"2031-08-04T09:05:00Z\"");
text_scalar!(
    UtcTimeMillis,
    "a timestamp, such as \"2031-08-04T09:05:00.000Z\""
);

scalar_schema!(UtcTime, {
    "type": "string",
    "format": "date-time",
    "description": "A point in time, written in UTC with up to 12 fraction digits of the second.",
    "examples": ["2031-08-04T09:05:00Z"]
});

scalar_schema!(UtcTimeMillis, {
    "type": "string",
    "format": "date-time",
    "description": "A point in time, written in UTC with three fraction digits of the second.",
    "examples": ["2031-08-04T09:05:00.000Z"]
});

arbitrary!(
    UtcTime,
    // The years that the format `date-time` of JSON Schema has.
    (
        1000..=9999,
        1..=365_u16,
        0..SECONDS_OF_DAY,
        prop_oneof![
            Just(0),
            (0..1000_u64).prop_map(|n| n * 1_000_000_000),
            0..PICOSECONDS
        ],
    )
        .prop_map(|(year, day, second, fraction)| UtcTime {
            day: Date::from_ordinal_date(year, day).expect("every year has 365 days"),
            picosecond: second * PICOSECONDS + fraction,
        })
);

arbitrary!(
    UtcTimeMillis,
    any::<UtcTime>().prop_map(UtcTimeMillis::from)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_and_how_it_is_written() {
        for (text, expected) in [
            ("2031-08-04T09:05:00Z", "2031-08-04T09:05:00Z"),
            ("2031-08-04 09:05Z", "2031-08-04T09:05:00Z"),
            ("+2031-08-04T09:05:01.500Z", "2031-08-04T09:05:01.5Z"),
            ("2031-08-04T00:05:00+01", "2031-08-03T23:05:00Z"),
            ("2031-12-31T23:05:00-0130", "2032-01-01T00:35:00Z"),
            ("2031-08-04T09:05:00+23:59", "2031-08-03T09:06:00Z"),
            ("2016-12-31T23:59:60.25Z", "2016-12-31T23:59:60.25Z"),
            ("2017-01-01T00:59:60+01:00", "2016-12-31T23:59:60Z"),
            ("2031-08-04T09:05:60Z", "2031-08-04T09:06:00Z"),
            (
                "2031-08-04T09:05:00.0000000000019Z",
                "2031-08-04T09:05:00.000000000001Z",
            ),
            ("0044-03-15T12:00:00Z", "0044-03-15T12:00:00Z"),
            ("-0044-03-15T12:00:00Z", "-0044-03-15T12:00:00Z"),
            ("12031-08-04T09:05:00Z", "12031-08-04T09:05:00Z"),
            ("2028-02-29T09:05:00Z", "2028-02-29T09:05:00Z"),
        ] {
            let time: UtcTime = text.parse().expect(text);
            assert_eq!(time.to_string(), expected, "{text}");
            assert_eq!(expected.parse(), Ok(time));
        }
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "",
            "2031",
            "2031-08-04",
            "2031-08-04T09:05:00",
            "2031-08-04t09:05:00Z",
            "2031-08-04T09:05:00z",
            "2031-08-04T09:05:00 Z",
            "2031-08-04  09:05:00Z",
            "231-08-04T09:05:00Z",
            "2031-8-04T09:05:00Z",
            "2031-02-29T09:05:00Z",
            "2031-13-01T09:05:00Z",
            "2031-08-04T24:00:00Z",
            "2031-08-04T09:60:00Z",
            "2031-08-04T09:05:61Z",
            "2031-08-04T09:05:00.Z",
            "2031-08-04T09:05:00+24:00",
            "2031-08-04T09:05:00+09:60",
            "2031-08-04T09:05:00+9",
            "2031-08-04T09:05:00+09:",
            "99999999999-08-04T09:05:00Z",
            "-99999999999-08-04T09:05:00Z",
            "999999-12-31T23:59:00-01",
            "２031-08-04T09:05:00Z",
            "2031-08-04T09:05:00Zjunk",
        ] {
            assert!(text.parse::<UtcTime>().is_err(), "{text}");
        }
        assert!("2031-08-04T09:05:00+14:00".parse::<UtcTimeMillis>().is_ok());
        assert!(
            "2031-08-04T09:05:00+14:01"
                .parse::<UtcTimeMillis>()
                .is_err()
        );
        assert!(
            "2031-08-04T09:05:00-12:01"
                .parse::<UtcTimeMillis>()
                .is_err()
        );
    }

    #[test]
    fn the_clock_of_the_system() {
        let time: UtcTime = "1864-05-09T01:42:22.437Z".parse().unwrap();
        let system = SystemTime::try_from(time).unwrap();
        assert_eq!(UtcTime::from(system), time);
        assert_eq!(
            UtcTime::from(UNIX_EPOCH).to_string(),
            "1970-01-01T00:00:00Z"
        );
        assert!(UtcTime::now() > time);
    }
}
