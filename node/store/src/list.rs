//! Lists of byte strings, each with its length in front: how events, headers and transactions lie on disk.

/// Bytes in front of each item.
const LENGTH_BYTES: usize = 4;

/// Appends one item.
pub(crate) fn push(list: &mut Vec<u8>, item: &[u8]) {
    let length = u32::try_from(item.len()).expect("items are parts of a block, which is far shorter");
    list.extend_from_slice(&length.to_le_bytes());
    list.extend_from_slice(item);
}

/// How long an item is in a list.
pub(crate) const fn length_of(item: &[u8]) -> usize {
    item.len().saturating_add(LENGTH_BYTES)
}

/// The items of a list; `None` if the bytes are not one.
pub(crate) fn items(mut list: &[u8]) -> Option<Vec<&[u8]>> {
    let mut items = Vec::new();
    while !list.is_empty() {
        items.push(take(&mut list)?);
    }
    Some(items)
}

/// Takes one item from the front.
pub(crate) fn take<'a>(list: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u32::from_le_bytes(take_array(list)?)).ok()?;
    take_bytes(list, length)
}

/// Takes so many bytes from the front.
pub(crate) fn take_bytes<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (front, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(front)
}

/// Takes a fixed number of bytes from the front.
pub(crate) fn take_array<const LENGTH: usize>(bytes: &mut &[u8]) -> Option<[u8; LENGTH]> {
    take_bytes(bytes, LENGTH)?.try_into().ok()
}
