"""More requests than anybody registers by hand."""

from requests_app.models import Request


def copy_of(row: Request, number: int) -> Request:
    """Return an unsaved copy of a request under another number."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in Request._meta.concrete_fields
        if not field.primary_key
    }
    values |= {"number": f"YQ26112399{number:03d}", "lookup_hash": number.to_bytes(32)}
    return Request(**values)


def many(row: Request, rows: int) -> None:
    """Fill up to so many requests like this one."""
    Request.objects.bulk_create([copy_of(row, number) for number in range(1, rows)])
