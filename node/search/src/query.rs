//! A wish as the library searches for it: whether a document matches is decided by all of its text, how early it comes
//! also by its title and its keywords.

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, EmptyQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use yaosu_ledger::ParticipantId;

use crate::schema::Fields;
use crate::wish::{Piece, Wish};

/// How much more a token counts in the title than elsewhere.
const TITLE: f32 = 4.0;
/// How much more it counts among the keywords.
const KEYWORDS: f32 = 2.0;
/// How much a synonym counts.
const SYNONYM: f32 = 0.5;
/// What a word counts that only begins so.
const PREFIX: f32 = 0.5;

type Clause = (Occur, Box<dyn Query>);

/// The query of a text, and of a holder if one is wanted.
pub fn build(fields: &Fields, text: &str, holder: Option<ParticipantId>) -> Box<dyn Query> {
    let mut clauses: Vec<Clause> = Vec::new();
    if !text.trim().is_empty() {
        clauses.push((Occur::Must, of_wish(fields, &Wish::of(text))));
    }
    if let Some(holder) = holder {
        let term = Term::from_field_bytes(fields.holder, holder.as_bytes());
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        clauses.push((Occur::Must, Box::new(BoostQuery::new(Box::new(query), 0.0))));
    }
    if clauses.is_empty() { Box::new(AllQuery) } else { Box::new(BooleanQuery::new(clauses)) }
}

fn of_wish(fields: &Fields, wish: &Wish) -> Box<dyn Query> {
    if wish.pieces.is_empty() {
        return Box::new(EmptyQuery);
    }
    let pieces: Vec<Box<dyn Query>> = wish.pieces.iter().map(|piece| of_piece(fields, piece)).collect();
    let mut clauses: Vec<Clause> = if wish.least == pieces.len() {
        pieces.into_iter().map(|piece| (Occur::Must, piece)).collect()
    } else {
        vec![(Occur::Must, at_least(pieces, wish.least))]
    };
    for piece in &wish.pieces {
        for token in piece.own() {
            clauses.push((Occur::Should, boosted(fields.title, token, TITLE)));
            clauses.push((Occur::Should, boosted(fields.keywords, token, KEYWORDS)));
        }
        if let Piece::Phrase { others, .. } = piece {
            for token in others.iter().flatten() {
                clauses.push((Occur::Should, boosted(fields.title, token, TITLE * SYNONYM)));
            }
        }
    }
    clauses.extend(wish.hints.iter().map(|token| (Occur::Should, boosted(fields.title, token, TITLE))));
    Box::new(BooleanQuery::new(clauses))
}

fn of_piece(fields: &Fields, piece: &Piece) -> Box<dyn Query> {
    match piece {
        Piece::Most { tokens, least } => at_least(tokens.iter().map(|token| term(fields.all, token)).collect(), *least),
        Piece::Phrase { own, others, is_prefix } => {
            let mut ways = vec![every(fields.all, own)];
            ways.extend(
                others
                    .iter()
                    .map(|other| -> Box<dyn Query> { Box::new(BoostQuery::new(every(fields.all, other), SYNONYM)) }),
            );
            if let ([word], true) = (own.as_slice(), is_prefix) {
                let prefix = FuzzyTermQuery::new_prefix(Term::from_field_text(fields.all, word), 0, true);
                ways.push(Box::new(BoostQuery::new(Box::new(prefix), PREFIX)));
            }
            at_least(ways, 1)
        }
    }
}

fn at_least(mut queries: Vec<Box<dyn Query>>, least: usize) -> Box<dyn Query> {
    if queries.len() == least {
        return if least == 1 { queries.remove(0) } else { Box::new(BooleanQuery::intersection(queries)) };
    }
    Box::new(BooleanQuery::union_with_minimum_required_clauses(queries, least))
}

fn every(field: Field, tokens: &[String]) -> Box<dyn Query> {
    at_least(tokens.iter().map(|token| term(field, token)).collect(), tokens.len())
}

fn term(field: Field, token: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, token), IndexRecordOption::WithFreqs))
}

fn boosted(field: Field, token: &str, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(term(field, token), boost))
}
