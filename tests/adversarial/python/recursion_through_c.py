# Recurses through C code without end.
# expect: exception RecursionError
class X:
    def __getattr__(self, name):
        return getattr(self, name + "x")


X().y
