//! What is remembered of stops, and how much of a window they take.

use yaosu_ledger::Timestamp;
use yaosu_ledger::model::{SPANS_MAX, Span, Spans, covered};

fn span(since: u64, until: u64) -> Span {
    Span { since: Timestamp(since), until: Timestamp(until) }
}

/// Goal: spans that touch are one, those that do not stay apart and in order, in whatever order they end.
#[test]
fn what_touches_is_one_span() {
    let mut spans = Spans::default();
    for (since, until) in [(10, 20), (40, 50), (30, 35)] {
        spans.add(span(since, until));
    }
    assert_eq!(spans.iter().collect::<Vec<_>>(), [span(10, 20), span(30, 35), span(40, 50)]);
    spans.add(span(20, 30));
    assert_eq!(spans.iter().collect::<Vec<_>>(), [span(10, 35), span(40, 50)]);
    spans.add(span(5, 60));
    assert_eq!(spans.iter().collect::<Vec<_>>(), [span(5, 60)]);
}

/// Goal: a record stays small: of more spans than it holds the first are forgotten.
#[test]
fn the_last_spans_are_remembered() {
    let mut spans = Spans::default();
    let all: Vec<Span> = (0..40).map(|number| span(number * 10, number * 10 + 1)).collect();
    for span in &all {
        spans.add(*span);
    }
    assert_eq!(spans.iter().collect::<Vec<_>>(), all[40 - SPANS_MAX..]);
}

/// Goal: each moment of the window counts once, and none outside of it.
#[test]
fn a_window_is_covered_once() {
    let rows: [(&[(u64, u64)], u64); 8] = [
        (&[], 0),
        (&[(0, 100)], 0),
        (&[(200, 300)], 0),
        (&[(0, 300)], 100),
        (&[(90, 110), (190, 210)], 20),
        (&[(110, 120), (110, 120)], 10),
        (&[(130, 150), (110, 160), (120, 125)], 50),
        (&[(110, 120), (115, 130), (130, 140)], 30),
    ];
    for (spans, expected) in rows {
        let found = covered(span(100, 200), spans.iter().map(|(since, until)| span(*since, *until)).collect());
        assert_eq!(found.0, expected, "{spans:?}");
    }
}
