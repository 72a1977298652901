def _run_tests(names):
    """Runs the test classes with these names, in their order, and puts each test on record."""
    import unittest

    from assay import test as record

    class Recorder(unittest.TestResult):
        """What `unittest` says of each test, by its name without the module's: `TestClass.test_method`."""

        def startTest(self, test):
            super().startTest(test)
            self.error = None
            self.skipped_this = False

        def addError(self, test, error):
            super().addError(test, error)
            if isinstance(test, unittest.TestCase):
                self.error = error[1]
            else:
                # What comes before or after all tests of a class.
                record(str(test), False, error=error[1])

        def addFailure(self, test, error):
            super().addFailure(test, error)
            self.error = error[1]

        def addSubTest(self, test, subtest, error):
            super().addSubTest(test, subtest, error)
            if error is not None:
                self.error = error[1]

        def addSkip(self, test, reason):
            super().addSkip(test, reason)
            if isinstance(test, unittest.TestCase):
                self.skipped_this = True
            else:
                record(str(test), True, skipped=True)

        def addUnexpectedSuccess(self, test):
            super().addUnexpectedSuccess(test)
            self.error = AssertionError("the test passed, which its author did not expect")

        def stopTest(self, test):
            super().stopTest(test)
            name = test.id().partition(".")[2]
            record(name, self.error is None, error=self.error, skipped=self.skipped_this and self.error is None)

    load = unittest.TestLoader().loadTestsFromTestCase
    is_test = lambda value: isinstance(value, type) and issubclass(value, unittest.TestCase)  # noqa: E731
    classes = [value for value in map(globals().get, names) if is_test(value)]
    unittest.TestSuite(map(load, classes)).run(Recorder())


_run_tests((CLASSES))
