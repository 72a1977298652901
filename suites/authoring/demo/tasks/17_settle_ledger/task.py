# difficulty: medium
def settle_ledger(balances: dict[str, int], entries: list[tuple]) -> tuple[dict[str, int], list[int]]:
    """Book the entries of a ledger one after the other.

    Entries are ("deposit", account, cents), ("withdraw", account, cents) and
    ("transfer", from, to, cents). An entry is refused as a whole when an account does not exist, when the
    amount is not positive, or when the account that pays has less than the amount. Return the balances
    afterwards and the positions of the refused entries, from 0.

    >>> settle_ledger({"ann": 100, "bob": 0}, [("transfer", "ann", "bob", 70), ("withdraw", "ann", 50)])
    ({'ann': 30, 'bob': 70}, [1])
    >>> settle_ledger({"ann": 0}, [("deposit", "ann", 5), ("deposit", "eve", 5)])
    ({'ann': 5}, [1])
    """
    balances = dict(balances)
    refused = []
    for position, (kind, *accounts, cents) in enumerate(entries):
        payer = None if kind == "deposit" else accounts[0]
        payee = None if kind == "withdraw" else accounts[-1]
        known = all(account in balances for account in accounts)
        if not known or cents <= 0 or (payer is not None and balances[payer] < cents):
            refused.append(position)
            continue
        if payer is not None:
            balances[payer] -= cents
        if payee is not None:
            balances[payee] += cents
    return balances, refused
