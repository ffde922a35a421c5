class StoredArchive:
    pass
