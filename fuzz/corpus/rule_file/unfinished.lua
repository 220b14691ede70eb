rule {
  id = "a
}