// pretty-format asks for escape codes only when it is told to highlight, which nothing here does.
export default {};
