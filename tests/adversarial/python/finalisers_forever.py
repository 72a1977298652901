# Makes a new object in every finaliser.
# expect: completed 0
class Phoenix:
    def __del__(self):
        self.__class__()


Phoenix()
