import pytest


@pytest.mark.django_db
def test_nothing_more_to_migrate():
    from django.core.management import call_command

    call_command("makemigrations", "meetings", check=True, dry_run=True)
