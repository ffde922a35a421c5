"""A server on this machine that speaks S3, with one empty bucket."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from callcenter.recordings.places import S3Settings

BUCKET = "calls"


@contextmanager
def bucket_server() -> Iterator[S3Settings]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        settings = S3Settings(
            bucket=BUCKET,
            endpoint=f"http://{host}:{port}",
            prefix="centre/",
            access_key="test",
            secret_key="test",
        )
        client(settings).create_bucket(Bucket=BUCKET)
        yield settings
    finally:
        server.stop()


def client(settings: S3Settings) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint,
        region_name="us-east-1",
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
    )


def names(settings: S3Settings) -> list[str]:
    """What lies in the bucket."""
    listed = client(settings).list_objects_v2(Bucket=settings.bucket)
    return [one["Key"] for one in listed.get("Contents", ())]
