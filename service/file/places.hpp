// What is noted while a configuration file is read: the problems, and where each thing stands that
// validate() may find wrong later.
#pragma once

#include "core/config/validate.hpp"
#include "service/file/toml_tree.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plug {

class file_notes {
public:
    /// `what` of `plug` (empty = of the process), as validate() names it, stands at `at`. An empty
    /// `what` is the plug as a whole.
    void note(const std::string& plug, const std::string& what, file_position at) {
        places_[{plug, what}] = at;
    }
    [[nodiscard]] std::optional<file_position> find(const std::string& plug,
                                                    const std::string& what) const;
    /// Where the thing stands that `told` is about, or its plug, or the file begins.
    [[nodiscard]] file_position place_of(const problem& told) const;

    /// Takes the problems of `told`, which are about what stands at `at`.
    void claim(std::vector<problem>& told, file_position at);
    /// Takes a problem whose place was noted.
    void place(const problem& told);
    void complain(file_position at, const std::string& where, const std::string& what);

    /// As complain(), about what can be run all the same.
    void warn(file_position at, const std::string& where, const std::string& what);

    [[nodiscard]] std::vector<file_problem>& problems() noexcept { return problems_; }
    [[nodiscard]] std::vector<file_problem>& warnings() noexcept { return warnings_; }

private:
    std::vector<file_problem> problems_;
    std::vector<file_problem> warnings_;
    std::map<std::pair<std::string, std::string>, file_position> places_;
};

} // namespace plug
