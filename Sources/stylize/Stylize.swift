@main struct Stylize { static func main() {} }
