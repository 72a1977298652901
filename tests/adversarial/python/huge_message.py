# Ends with a message of fifty megabytes.
# expect: output_limit
raise ValueError("x" * 50_000_000)
