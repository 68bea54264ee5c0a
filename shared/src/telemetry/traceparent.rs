//! The `traceparent` and `tracestate` headers of the W3C's *Trace Context*, by which a trace goes on in another process.

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// Length of the header in version 00, which later versions may only extend.
const LENGTH: usize = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".len();
/// Longer vendors' lists are not passed on. The W3C asks for at least this much.
const TRACESTATE_BYTES_MAX: usize = 512;

/// The span that a caller was in. None if the header is not as the W3C wants it: then the trace begins anew.
pub(super) fn parse(traceparent: &str, tracestate: Option<&str>) -> Option<SpanContext> {
    let (known, rest) = traceparent.split_at_checked(LENGTH)?;
    let mut fields = known.split('-');
    let version = hex(fields.next()?, 2)?;
    let trace = hex(fields.next()?, 32)?;
    let span = hex(fields.next()?, 16)?;
    let flags = hex(fields.next()?, 2)?;
    let version_fits = match version {
        0x00 => rest.is_empty(),
        0xff => false,
        // Of a version to come only what is known is read.
        _ => rest.is_empty() || rest.starts_with('-'),
    };
    if !version_fits || trace == 0 || span == 0 {
        return None;
    }
    let sampled = TraceFlags::new(u8::try_from(flags).ok()?) & TraceFlags::SAMPLED;
    let state = tracestate
        .filter(|text| text.len() <= TRACESTATE_BYTES_MAX)
        .and_then(|text| text.parse::<TraceState>().ok())
        .unwrap_or_default();
    let span = SpanId::from(u64::try_from(span).ok()?);
    Some(SpanContext::new(TraceId::from(trace), span, sampled, true, state))
}

/// The header for calls out of this span.
pub(super) fn format(span: &SpanContext) -> String {
    format!(
        "00-{}-{}-{:02x}",
        span.trace_id(),
        span.span_id(),
        span.trace_flags() & TraceFlags::SAMPLED
    )
}

/// A number of exactly so many hexadecimal digits, lower case, as nothing else is allowed.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let lower = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    if text.len() != digits || !text.bytes().all(lower) {
        return None;
    }
    u128::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
    const SPAN: u64 = 0xb7ad_6b71_6920_3331;

    #[test]
    fn what_is_written_can_be_read() {
        for flags in [TraceFlags::SAMPLED, TraceFlags::default()] {
            let span = SpanContext::new(
                TraceId::from(TRACE),
                SpanId::from(SPAN),
                flags,
                true,
                TraceState::NONE,
            );
            assert_eq!(parse(&format(&span), None), Some(span));
        }
    }

    #[test]
    fn a_header_is_read_by_the_letter() {
        let span = parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None).unwrap();
        assert_eq!(span.trace_id(), TraceId::from(TRACE));
        assert_eq!(span.span_id(), SpanId::from(SPAN));
        assert!(span.is_sampled() && span.is_remote());
        assert_eq!(
            format(&span),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        );
    }

    #[test]
    fn unknown_flags_are_ignored() {
        for (flags, sampled) in [("00", false), ("02", false), ("03", true), ("ff", true)] {
            let header = format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
            let span = parse(&header, None).unwrap();
            assert_eq!(span.is_sampled(), sampled, "{flags}");
            assert!(format(&span).ends_with(if sampled { "-01" } else { "-00" }));
        }
    }

    #[test]
    fn versions_to_come_are_read_as_far_as_they_are_known() {
        for header in [
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes.next",
            "fe-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
        ] {
            let span = parse(header, None).unwrap();
            assert_eq!(span.trace_id(), TraceId::from(TRACE), "{header}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for header in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
            "CC-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0A",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
            "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
            " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319ü-b7ad6b7169203331-01",
        ] {
            assert_eq!(parse(header, None), None, "{header}");
        }
    }

    #[test]
    fn a_list_of_vendors_that_is_too_long_or_wrong_is_left_out() {
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let state = |text: &str| parse(header, Some(text)).unwrap().trace_state().header();
        assert_eq!(
            state("rojo=00f067aa,congo=t61rcWkg"),
            "rojo=00f067aa,congo=t61rcWkg"
        );
        assert_eq!(state("no list"), "");
        assert_eq!(state(&format!("a={}", "b".repeat(TRACESTATE_BYTES_MAX))), "");
    }
}
