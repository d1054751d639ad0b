"""The calls that show where moto's KMS is not AWS's."""

from tests.embedded_aws import EmbeddedAws


def test_a_key_says_what_it_is_for(embedded_aws: EmbeddedAws) -> None:
    kms = embedded_aws.account().client("kms")
    made = kms.create_key()["KeyMetadata"]
    assert (made["KeyUsage"], made["KeySpec"]) == ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")
    assert made["EncryptionAlgorithms"] == ["SYMMETRIC_DEFAULT"]
    assert "SigningAlgorithms" not in made
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"] == made
