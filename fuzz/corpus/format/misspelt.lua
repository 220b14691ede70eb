rule { id = "a", verdct = 1 }
rul { }