//! Writes documents by published standards, of a market that is the same in every run, for tools that are not ours to
//! check: `scripts/check-standards`.
//!
//! `standards_documents FOLDER` makes a folder in it for each standard.

#[path = "../tests/standards/market.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod market;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use market::{Market, NAMES};
use serde_json::Value;
use yaosu_sdk::standards::{Unfit, dataspace, dcat, odrl, openlineage, prov, table_schema};

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "name the folder to write to"));
    };
    let market = Market::new();
    write_odrl(&market, &folder.join("odrl"))?;
    let (venue, entries) = market.catalogue();
    write(&folder.join("dcat"), "catalogue", dcat::write(&venue, &entries))?;
    for (file, (_, versions)) in ["weather", "seattle-weather"].iter().zip(&market.assets) {
        let structure = versions[0].version.content.structure.as_ref().expect("it is a table");
        write(&folder.join("table-schema"), file, Ok(table_schema::write(structure)))?;
    }
    for entry in &entries[..2] {
        let name = format!("dataset-{}", entry.asset.id);
        write(&folder.join("dataspace"), &name, dataspace::dataset(&venue, entry))?;
    }
    for licence in &market.licences {
        let agreement = dataspace::agreement(NAMES, licence.id, &licence.record);
        write(&folder.join("dataspace"), &format!("agreement-{}", licence.id), agreement)?;
    }
    let events = openlineage::write(&market.provenance(), &market.versions(), NAMES).map(Value::Array);
    write(&folder.join("openlineage"), "events", events)?;
    write(&folder.join("prov"), "lineage", Ok(prov::document(&market.provenance(), NAMES)))
}

fn write_odrl(market: &Market, folder: &Path) -> io::Result<()> {
    for listing in &market.listings {
        for plan in 0..listing.record.plans.len() {
            let offer = odrl::Document::of_plan(NAMES, listing.id, &listing.record, plan, &market::currency());
            let offer = offer.expect("there are as many plans");
            write(folder, &format!("offer-{}-{plan}", listing.id), odrl::write(&offer, NAMES))?;
        }
    }
    for licence in &market.licences {
        let agreement = odrl::Document::of_licence(NAMES, licence.id, &licence.record);
        write(folder, &format!("agreement-{}", licence.id), odrl::write(&agreement, NAMES))?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, document: Result<Value, Unfit>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let document = document.map_err(io::Error::other)?;
    fs::write(folder.join(format!("{name}.json")), format!("{document:#}\n"))
}
