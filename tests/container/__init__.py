"""The image for containers, built and run for real without a Docker engine: Debian's buildah builds it in a chroot on
a base that debootstrap makes, and runs it there with a read-only root. Linux, root, and Debian's packages buildah and
debootstrap:

    pytest -m container

The base is kept in the user's cache; all else goes when the tests end.
"""
