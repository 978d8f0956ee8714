// Reads real two-dimensional arrays from MATLAB files.
#include "mat_file.hpp"

#include <matio.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "text.hpp"

namespace files {
namespace {

using File = std::unique_ptr<mat_t, int (*)(mat_t*)>;
using Variable = std::unique_ptr<matvar_t, void (*)(matvar_t*)>;

bool is_numeric(const matvar_t& v) {
  switch (v.class_type) {
    case MAT_C_DOUBLE:
    case MAT_C_SINGLE:
    case MAT_C_INT8:
    case MAT_C_UINT8:
    case MAT_C_INT16:
    case MAT_C_UINT16:
    case MAT_C_INT32:
    case MAT_C_UINT32:
    case MAT_C_INT64:
    case MAT_C_UINT64:
    case MAT_C_SPARSE:
      return v.rank == 2 && !v.isComplex;
    default:
      return false;
  }
}

double element(matio_types type, const void* data, size_t k) {
  switch (type) {
    case MAT_T_DOUBLE:
      return static_cast<const double*>(data)[k];
    case MAT_T_SINGLE:
      return static_cast<double>(static_cast<const float*>(data)[k]);
    case MAT_T_INT8:
      return static_cast<const int8_t*>(data)[k];
    case MAT_T_UINT8:
      return static_cast<const uint8_t*>(data)[k];
    case MAT_T_INT16:
      return static_cast<const int16_t*>(data)[k];
    case MAT_T_UINT16:
      return static_cast<const uint16_t*>(data)[k];
    case MAT_T_INT32:
      return static_cast<const int32_t*>(data)[k];
    case MAT_T_UINT32:
      return static_cast<const uint32_t*>(data)[k];
    case MAT_T_INT64:
      return static_cast<double>(static_cast<const int64_t*>(data)[k]);
    case MAT_T_UINT64:
      return static_cast<double>(static_cast<const uint64_t*>(data)[k]);
    default:
      throw std::runtime_error("a variable of an element type that is not a number");
  }
}

MatArray full(const matvar_t& v) {
  MatArray out{v.name, v.dims[0], v.dims[1], {}};
  out.values.assign(out.rows * out.columns, 0.0);
  if (v.class_type == MAT_C_SPARSE) {
    const auto& s = *static_cast<const mat_sparse_t*>(v.data);
    for (size_t c = 0; c < out.columns; ++c) {
      if (c + 1 >= s.njc || s.jc[c + 1] > s.ndata || s.jc[c + 1] > s.nir)
        throw std::runtime_error(say("the sparse matrix '", out.name, "' is damaged"));
      for (size_t k = s.jc[c]; k < s.jc[c + 1]; ++k) {
        if (s.ir[k] >= out.rows) throw std::runtime_error(say("the sparse matrix '", out.name, "' is damaged"));
        out.values[s.ir[k] * out.columns + c] = element(v.data_type, s.data, k);
      }
    }
    return out;
  }
  for (size_t c = 0; c < out.columns; ++c)
    for (size_t r = 0; r < out.rows; ++r)
      out.values[r * out.columns + c] = element(v.data_type, v.data, c * out.rows + r);
  return out;
}

}  // namespace

MatArray read_mat(const std::filesystem::path& path, const std::string& variable) {
  const std::string file = path.filename().string();
  const File mat(Mat_Open(path.c_str(), MAT_ACC_RDONLY), Mat_Close);
  if (!mat) throw std::runtime_error(say("cannot read ", path.string(), " as a MATLAB file"));
  std::vector<std::string> matrices, others;
  for (;;) {
    const Variable v(Mat_VarReadNextInfo(mat.get()), Mat_VarFree);
    if (!v) break;
    const bool is_matrix = is_numeric(*v) && v->dims[0] > 1 && v->dims[1] > 1;
    (is_matrix ? matrices : others).emplace_back(v->name ? v->name : "");
  }
  std::string chosen = variable;
  if (chosen.empty()) {
    if (matrices.empty())
      throw std::runtime_error(
          say(file, " holds no numeric matrix", others.empty() ? "" : ", only ", name_list(others)));
    if (matrices.size() > 1)
      throw std::runtime_error(
          say(file, " holds several matrices: name one of ", name_list(matrices), " as its variable"));
    chosen = matrices.front();
  }
  const Variable v(Mat_VarRead(mat.get(), chosen.c_str()), Mat_VarFree);
  if (!v) {
    matrices.insert(matrices.end(), others.begin(), others.end());
    throw std::runtime_error(say(file, " has no readable variable '", chosen, "'; it holds ", name_list(matrices)));
  }
  if (!is_numeric(*v) || !v->data)
    throw std::runtime_error(say("variable '", chosen, "' of ", file, " is not a real matrix of numbers"));
  return full(*v);
}

}  // namespace files
