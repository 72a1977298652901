// whatwg-url loads this for query strings of pages in legacy encodings; a program's URLs are UTF-8.
