// pretty-format recognises React elements by these; there is no React in the sandbox.
const never = () => false;
export {
  never as isElement, never as isFragment, never as isSuspense, never as isSuspenseList, never as isForwardRef, never as isMemo,
  never as isContextConsumer, never as isContextProvider, never as isPortal, never as isProfiler, never as isStrictMode, never as isLazy,
};
