//! What may stand in text, in a handle, in a currency code; and sets of named things.

use yaosu_ledger::model::{Actions, Duties, Grade, Line, Purposes, Role, Roles, UseAction};
use yaosu_ledger::{Currency, Handle, Text, TextError, codec};

/// Goal: no character that breaks a line, a log or a terminal, turns the direction of writing or can't be seen, stands on
/// the ledger.
#[test]
fn text_has_no_control_direction_and_invisible_characters() {
    let controls = (0..0x20).chain(0x7F..0xA0);
    let separators = [0x2028, 0x2029];
    let directions = [0x061C, 0x200E, 0x200F].into_iter().chain(0x202A..=0x202E).chain(0x2066..=0x2069);
    let invisible = [0xAD, 0x200B, 0x200D, 0x2060, 0x3164, 0xFE0F, 0xFEFF, 0xE0001, 0xE0FFF];
    for number in controls.chain(separators).chain(directions).chain(invisible) {
        let character = char::from_u32(number).expect("a scalar value");
        let text = Text::<16>::new(format!("a{character}b"));
        assert_eq!(text, Err(TextError::Character(number)), "U+{number:04X}");
        let bytes = codec::encode(&format!("a{character}b"));
        assert!(codec::decode_own::<Text<16>>(&bytes).is_err(), "U+{number:04X} decodes");
        assert!(serde_json::from_value::<Text<16>>(format!("{character}").into()).is_err(), "U+{number:04X} in JSON");
    }
}

#[test]
fn text_has_every_script() {
    for text in ["", " ", "plain", "气象数据", "données", "مرحبا", "שלום", "नमस्ते", "🌧", "<script>", "a'b\"c\\d"]
    {
        let made = Text::<64>::new(text).expect("it is allowed");
        assert_eq!(made.as_str(), text);
        assert_eq!(codec::decode_own::<Text<64>>(&codec::encode(&made)).expect("it decodes"), made);
        assert_eq!(serde_json::to_value(&made).expect("it is JSON"), text);
    }
}

/// Goal: limits count bytes of UTF-8, at the limit and one above, wherever a text comes from.
#[test]
fn text_is_bounded_in_bytes() {
    assert!(Text::<6>::new("气象").is_ok());
    assert_eq!(Text::<5>::new("气象"), Err(TextError::TooLong { bytes: 6, limit: 5 }));
    let bytes = codec::encode(&"12345".to_owned());
    assert!(codec::decode_own::<Text<5>>(&bytes).is_ok());
    assert!(codec::decode_own::<Text<4>>(&bytes).is_err());
    assert!(serde_json::from_str::<Text<4>>("\"12345\"").is_err());
    assert!(codec::decode_own::<Text<5>>(&[2, 0xC3, 0x28]).is_err(), "not UTF-8");
}

#[test]
fn handles_and_currencies_have_their_form() {
    let long = "a".repeat(32);
    let longer = "a".repeat(33);
    #[rustfmt::skip]
    let handles = [
        ("abc", true), ("a-1", true), ("acme-weather", true), (long.as_str(), true),
        ("", false), ("ab", false), (longer.as_str(), false), ("1ab", false), ("-ab", false), ("ab-", false),
        ("Abc", false), ("a_b", false), ("a b", false), ("äbc", false), ("abc\n", false), ("а-б", false),
    ];
    for (text, good) in handles {
        assert_eq!(Handle::new(text).is_ok(), good, "{text:?}");
        let bytes = codec::encode(&text.to_owned());
        assert_eq!(codec::decode_own::<Handle>(&bytes).is_ok(), good, "{text:?} in bytes");
    }
    #[rustfmt::skip]
    let currencies = [("CNY", true), ("EUR", true), ("cny", false), ("CN", false), ("CNYX", false), ("CN1", false), ("ÖST", false), ("", false)];
    for (text, good) in currencies {
        assert_eq!(Currency::new(text).is_ok(), good, "{text:?}");
        let bytes = codec::encode(&text.to_owned());
        assert_eq!(codec::decode_own::<Currency>(&bytes).is_ok(), good, "{text:?} in bytes");
    }
}

/// Goal: a set is what is in it, and bits that mean nothing are refused.
#[test]
fn sets_hold_what_was_put_into_them() {
    let set = Roles::NONE.with(Role::Trader).with(Role::Operator).with(Role::Trader);
    assert_eq!(set.iter().collect::<Vec<_>>(), [Role::Operator, Role::Trader]);
    assert!(set.contains(Role::Trader) && !set.contains(Role::Arbiter));
    assert!(set.is_subset(Roles::ALL) && !Roles::ALL.is_subset(set) && Roles::NONE.is_subset(set));
    assert!(Roles::NONE.is_empty() && !set.is_empty());
    assert_eq!(Roles::ALL.iter().count(), Role::ALL.len());
    assert_eq!(set, [Role::Trader, Role::Operator].into_iter().collect());
    assert_eq!(serde_json::to_string(&set).expect("JSON"), r#"["operator","trader"]"#);
    assert_eq!(serde_json::from_str::<Roles>(r#"["trader","operator"]"#).expect("in any order"), set);
    assert!(serde_json::from_str::<Roles>(r#"["king"]"#).is_err());
}

/// Goal: every bit of a set has a meaning or is refused, for each width of set.
#[test]
fn unknown_bits_are_refused() {
    for bit in 0..8_u32 {
        let known = bit < 3;
        assert_eq!(codec::decode_own::<Duties>(&[1 << bit]).is_ok(), known, "bit {bit} of duties");
    }
    for bit in 0..16_u32 {
        let bytes = codec::encode(&(1_u16 << bit));
        assert_eq!(codec::decode_own::<Roles>(&bytes).is_ok(), bit < 8, "bit {bit} of roles");
        assert_eq!(codec::decode_own::<Actions>(&bytes).is_ok(), bit < 7, "bit {bit} of actions");
    }
    for bit in 0..32_u32 {
        let bytes = codec::encode(&(1_u32 << bit));
        assert_eq!(codec::decode_own::<Purposes>(&bytes).is_ok(), bit < 13, "bit {bit} of purposes");
    }
}

#[test]
fn names_read_back() {
    for item in UseAction::ALL {
        assert_eq!(item.name().parse::<UseAction>().as_ref(), Ok(item));
        assert_eq!(serde_json::to_value(item).expect("JSON"), item.name());
    }
    for item in Grade::ALL {
        assert_eq!(item.to_string().parse::<Grade>().as_ref(), Ok(item));
    }
    assert!(Grade::ALL.is_sorted(), "grades are compared");
    let error = "king".parse::<Line>().expect_err("no such line");
    assert_eq!(error, "\"king\" is none of hold, use, operate");
}
