"""The root that a seal signs is the tree head of RFC 6962."""

import hashlib

import pytest

from concerted.foundation.audit.seals import MerkleTree, leaf_hash, merkle_root


@pytest.mark.parametrize("size", range(1, 18))
def test_the_streamed_root_is_the_tree_head_of_rfc_6962(size: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    assert merkle_root(leaves) == _tree_head(leaves)


def _tree_head(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = _tree_head(leaves[:split]), _tree_head(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert MerkleTree().root() == hashlib.sha256(b"").digest()
