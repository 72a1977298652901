/// The object that oxc's lowering of decorators calls.
const HELPERS: &str = "\
var babelHelpers = { \
decorate(decorators, target, key, desc) { \
var c = arguments.length, \
r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d; \
if (typeof Reflect === \"object\" && typeof Reflect.decorate === \"function\") \
r = Reflect.decorate(decorators, target, key, desc); \
else for (var i = decorators.length - 1; i >= 0; i--) \
if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r; \
return c > 3 && r && Object.defineProperty(target, key, r), r; \
}, \
decorateParam(index, decorator) { return function (target, key) { decorator(target, key, index); }; } \
};";

/// What goes before the code of a program that uses helpers, on one line: they, and the directive that would no longer come
/// first.
pub(super) fn preamble(strict: bool) -> String {
    let directive = if strict { "\"use strict\"; " } else { "" };
    format!("{directive}{HELPERS}\n")
}
