# Computes with a precision of a billion digits.
# expect: out_of_fuel
import decimal

decimal.getcontext().prec = decimal.MAX_PREC
print(decimal.Decimal(1) / 3)
