//! The catalogue's filters.

use super::full;

/// Goal: the catalogue is narrowed down by the names of the interface, in all its forms, and leads on by them.
#[tokio::test]
async fn the_catalogue_takes_the_names_of_the_interface() {
    let town = full().await;
    let all = town.json("/assets.json").await["total"].as_u64().expect("a number");
    let query = "source_class=public&registration=registered&openness=conditional&kind=resource&grade=general-1";
    let narrow = town.json(&format!("/assets.json?{query}")).await["total"].as_u64().expect("a number");
    assert!((1..all).contains(&narrow), "{narrow} of {all}");
    let rows = town.get(&format!("/assets.csv?{query}")).await.text();
    assert_eq!(u64::try_from(rows.lines().count()), Ok(narrow + 1), "{rows}");
    assert!(rows.starts_with("id,title,kind,source_class,openness,registration,sector,"), "{rows}");
    assert_eq!(town.json("/assets.json?listing_kind=fixed&price_max=1").await["total"], 0);
    let page = town.get("/zh/assets?source_class=public&q=script").await.text();
    for link in ["/zh/assets?q=script\"", "source_class=public&amp;q=script&amp;registration=registered\""] {
        assert!(page.contains(link), "{link}: {page}");
    }
    for old in ["text", "source", "status", "offer"] {
        assert_eq!(town.get(&format!("/assets?{old}=x")).await.status, 400, "{old}");
    }
}
