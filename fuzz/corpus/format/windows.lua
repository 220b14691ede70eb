rule {
  id     = "a",
  title  = "b",


  check = function(e) return t[ [[x]] ] - -1 end }
