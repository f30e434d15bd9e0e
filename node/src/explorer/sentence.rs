//! Sentences in pages: what they speak of are links.

use maud::{Markup, html};
use yaosu_api::words::{Facts, Language, Part, Piece, Sentence, Speaker, join, predicate, quoted};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, Digest, ParticipantId, Timestamp};

use super::room::{Room, short};

impl Speaker for Room<'_> {
    fn language(&self) -> Language {
        self.language
    }

    fn party(&self, id: ParticipantId) -> String {
        self.handle(id)
    }

    fn asset(&self, id: AssetId) -> String {
        self.title(id)
    }

    fn money(&self, amount: Amount) -> String {
        self.money_text(amount)
    }

    fn time(&self, time: Timestamp) -> String {
        super::moment::rfc3339(time)
    }

    fn hash(&self, digest: Digest) -> String {
        short(&digest)
    }
}

/// What an action asks for, behind the name of who asks: what was signed alone, whatever the ledger came to know since.
pub fn asked(action: &Action) -> Sentence {
    predicate(action, &Facts::default())
}

/// The sentence with its links.
pub fn render(sentence: &Sentence, room: &Room) -> Markup {
    html! {
        @for part in sentence.parts(room.language) {
            @match part {
                Part::Literal(text) => (text),
                Part::Gap(number) => @if let Some(piece) = sentence.pieces.get(number) { (show(piece, room)) },
            }
        }
    }
}

fn show(piece: &Piece, room: &Room) -> Markup {
    match piece {
        Piece::Text(text) => html! { bdi { (text) } },
        Piece::Quote(text) => html! { bdi { (quoted(text, room.language)) } },
        Piece::Words(english, chinese) => html! { (room.language.of(*english, *chinese)) },
        Piece::List(words) => html! { (join(words, room.language)) },
        Piece::Party(id) => room.party(*id),
        Piece::Asset(id) => room.asset(*id),
        Piece::Thing(subject) => room.subject(*subject),
        Piece::Money(amount) => room.money(*amount),
        Piece::Time(time) => room.time(*time),
        Piece::Length(duration) => html! { (room.length(*duration)) },
        Piece::Hash(digest) => room.hash(digest),
        Piece::All(sentences, (english, chinese)) => html! {
            @for (place, sentence) in sentences.iter().enumerate() {
                @if place > 0 { (room.language.of(*english, *chinese)) }
                (render(sentence, room))
            }
        },
    }
}
