/// What stands around the suite's module: `shell.wat`, assembled, with an empty module in the suite's place.
const SHELL: &[u8] = include_bytes!("shell.wasm");

/// The section of a component that is an empty module: its id, its size, and a module's first eight bytes.
const PLACE: &[u8] = b"\x01\x08\0asm\x01\0\0\0";

/// The component that has `module` in it: a core module that exports what `assay_kit::suite!` does. Whether it does shows when the
/// component is loaded.
///
/// The interface has functions of one type only, so that what is around a module is the same for all suites.
#[must_use]
pub fn wrap(module: &[u8]) -> Vec<u8> {
    let place = SHELL.windows(PLACE.len()).position(|bytes| bytes == PLACE).expect("the shell has an empty module");
    let (before, after) = (&SHELL[..place], &SHELL[place + PLACE.len()..]);
    let size = leb128(module.len());
    [before, &PLACE[..1], &size, module, after].concat()
}

/// An unsigned number as WebAssembly writes it.
fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_is_its_text_assembled() {
        let assembled = wat::parse_str(include_str!("shell.wat")).unwrap();
        if std::env::var_os("ASSAY_BLESS").is_some() {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/shell/shell.wasm");
            std::fs::write(file, &assembled).unwrap();
        }
        assert!(assembled == SHELL, "shell.wasm is not current: set ASSAY_BLESS=1 and run this test again");
        assert_eq!(assembled.windows(PLACE.len()).filter(|bytes| *bytes == PLACE).count(), 1);
    }

    #[test]
    fn numbers_are_written_as_webassembly_does() {
        let cases: [(usize, &[u8]); 4] = [(0, &[0]), (127, &[127]), (128, &[0x80, 1]), (624_485, &[0xe5, 0x8e, 0x26])];
        for (number, bytes) in cases {
            assert_eq!(leb128(number), bytes);
        }
    }
}
